/**
 * Hann STFT and mel spectrograms in C++, with the conventions and the numbers of librosa 0.11.
 *
 * Signals are mono Float32Array with finite samples, at least one. Matrices are row-major: the
 * value of row r (bin or band) and frame t is data[r * frames + t]. Every function throws DspError
 * with a code and a sentence that names the option or argument.
 */
import { cached } from './cache.ts';
import { DspError } from './errors.ts';
import { asDspError, guarded, native, type Compress, type NativeMelExtractor } from './native.ts';
import {
  callKeys,
  checkKeys,
  decibelKeys,
  melKeys,
  outputKeys,
  spectrogramKeys,
  stftKeys,
  threadKeys,
  type CallOptions,
  type DecibelOptions,
  type MelOptions,
  type OutputOptions,
  type PowerOptions,
  type StftOptions,
  type ThreadOptions,
} from './options.ts';

export { DspError };
export type { DspErrorCode } from './errors.ts';
export type {
  CallOptions,
  DecibelOptions,
  MelOptions,
  OutputOptions,
  PowerOptions,
  StftOptions,
  ThreadOptions,
};

export interface Spectrogram {
  /** rows x frames, row-major. */
  data: Float32Array;
  rows: number;
  frames: number;
}

export interface ComplexSpectrogram {
  /** bins x frames each, row-major. */
  real: Float32Array;
  imag: Float32Array;
  /** fftSize / 2 + 1; bin k lies at k x sampleRate / fftSize Hz. */
  bins: number;
  frames: number;
}

export interface MelFilterbank {
  /** melBands x bins, row-major. */
  data: Float32Array;
  melBands: number;
  bins: number;
}

/**
 * Short-time Fourier transform with a periodic Hann window (librosa.stft). Frames: with `center`
 * 1 + floor(samples / hopLength), without it 1 + floor((samples - fftSize) / hopLength), which
 * needs at least fftSize samples.
 */
export function stft(
  signal: Float32Array,
  options: StftOptions,
  call: ThreadOptions = {},
): ComplexSpectrogram {
  checkKeys(options, stftKeys);
  checkKeys(call, threadKeys);
  return guarded(() => {
    const plan = stftPlan(options);
    const bins = plan.bins();
    const frames = plan.frames(signal);
    const real = new Float32Array(bins * frames);
    const imag = new Float32Array(bins * frames);
    plan.transform(signal, real, imag, call.threads);
    return { real, imag, bins, frames };
  });
}

/** |STFT| to the given power, fftSize / 2 + 1 rows. */
export function powerSpectrogram(
  signal: Float32Array,
  options: StftOptions & PowerOptions,
  call: CallOptions = {},
): Spectrogram {
  checkKeys(options, spectrogramKeys);
  checkKeys(call, callKeys);
  return guarded(() => {
    const { power, ...stftOptions } = options;
    const plan = stftPlan(stftOptions);
    const result = spectrogram(plan.bins(), plan.frames(signal), call);
    plan.spectrogram(signal, { power }, result.data, call.threads);
    return result;
  });
}

/** Mel spectrogram, melBands rows (librosa.feature.melspectrogram). Runs in this thread. */
export function melSpectrogram(
  signal: Float32Array,
  options: MelOptions,
  call: CallOptions = {},
): Spectrogram {
  checkKeys(options, melKeys);
  return guarded(() => computeMel(melPlan(options), signal, call));
}

/**
 * As melSpectrogram, on a libuv thread. A signal in a SharedArrayBuffer is read where it is and must
 * not change meanwhile; another one is copied first and may be changed or transferred at once. `output`
 * must lie in a SharedArrayBuffer.
 */
export async function melSpectrogramAsync(
  signal: Float32Array,
  options: MelOptions,
  call: CallOptions = {},
): Promise<Spectrogram> {
  checkKeys(options, melKeys);
  return computeMelAsync(
    guarded(() => melPlan(options)),
    signal,
    call,
  );
}

/** The matrix that maps power bins to mel bands (librosa.filters.mel). */
export function melFilterbank(options: MelOptions): MelFilterbank {
  checkKeys(options, melKeys);
  return guarded(() => {
    const plan = melPlan(options);
    const bins = plan.bins();
    const melBands = plan.bands();
    const data = new Float32Array(melBands * bins);
    plan.filterbank(data);
    return { data, melBands, bins };
  });
}

/** Mel spectrograms of many signals with one plan and one filterbank. */
export class MelExtractor {
  /** All options with their defaults filled in. */
  readonly options: Readonly<Required<MelOptions>>;
  readonly #plan: NativeMelExtractor;

  constructor(options: MelOptions) {
    checkKeys(options, melKeys);
    this.#plan = guarded(() => new native.MelExtractor(options));
    this.options = Object.freeze(this.#plan.options());
  }

  compute(signal: Float32Array, call: CallOptions = {}): Spectrogram {
    return guarded(() => computeMel(this.#plan, signal, call));
  }

  /** On a libuv thread, as melSpectrogramAsync; any number of calls may run at once. */
  async computeAsync(signal: Float32Array, call: CallOptions = {}): Promise<Spectrogram> {
    return computeMelAsync(this.#plan, signal, call);
  }
}

/**
 * 10 log10(max(x, minimum) / reference), then at most `topDecibels` below the largest result
 * (librosa.power_to_db). NaN stays NaN. `output` may be `data` itself.
 */
export function powerToDecibels(
  data: Float32Array,
  options: DecibelOptions = {},
  call: OutputOptions = {},
): Float32Array {
  checkKeys(options, decibelKeys);
  return compressed(native.powerToDecibels, data, options, call);
}

/** 20 log10(max(|x|, minimum) / reference), clipped likewise (librosa.amplitude_to_db). */
export function amplitudeToDecibels(
  data: Float32Array,
  options: DecibelOptions = {},
  call: OutputOptions = {},
): Float32Array {
  checkKeys(options, decibelKeys);
  return compressed(native.amplitudeToDecibels, data, options, call);
}

/** ln(1 + gain x), for x of at least 0. `output` may be `data` itself. */
export function logCompress(
  data: Float32Array,
  options: { gain: number },
  call: OutputOptions = {},
): Float32Array {
  checkKeys(options, ['gain']);
  return compressed(native.logCompress, data, options.gain, call);
}

/** The instruction sets that the addon can use here, fastest first, and the one it uses. */
export function cpuFeatures(): { architecture: string; selected: string; available: string[] } {
  const available = native.instructionSets();
  return { architecture: process.arch, selected: available[0]!, available };
}

const stftPlan = cached((options: StftOptions) => new native.Stft(options), stftKeys);
const melPlan = cached((options: MelOptions) => new native.MelExtractor(options), melKeys);

function computeMel(
  plan: NativeMelExtractor,
  signal: Float32Array,
  call: CallOptions,
): Spectrogram {
  checkKeys(call, callKeys);
  const result = spectrogram(plan.bands(), plan.frames(signal), call);
  plan.compute(signal, result.data, call.threads);
  return result;
}

async function computeMelAsync(
  plan: NativeMelExtractor,
  signal: Float32Array,
  call: CallOptions,
): Promise<Spectrogram> {
  checkKeys(call, callKeys);
  try {
    const { output, threads } = call;
    const result = spectrogram(plan.bands(), plan.frames(signal), { output });
    // Another output could be transferred, and its memory freed, while it is written to.
    await plan.computeAsync(signal, result.data, threads, result.data !== output);
    return result;
  } catch (error) {
    throw asDspError(error);
  }
}

function spectrogram(
  rows: number,
  frames: number,
  { output }: { output?: Float32Array | undefined },
): Spectrogram {
  return { data: output ?? new Float32Array(rows * frames), rows, frames };
}

/** The addon checks what `data` is, so anything may arrive here. */
function compressed<Options>(
  compress: Compress<Options>,
  data: Float32Array | null | undefined,
  options: Options,
  call: OutputOptions,
): Float32Array {
  checkKeys(call, outputKeys);
  return guarded(() => {
    const output = call.output ?? new Float32Array(data?.length ?? 0);
    compress(data as Float32Array, options, output);
    return output;
  });
}
