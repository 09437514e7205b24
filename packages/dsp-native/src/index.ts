/**
 * Hann STFT and mel spectrograms in C++, with the conventions and the numbers of librosa 0.11.
 *
 * Signals are mono Float32Array with finite samples, at least one. Matrices are row-major: the
 * value of row r (bin or band) and frame t is data[r * frames + t]. Every function throws DspError
 * with a code and a sentence that names the option or argument.
 */
import { asDspError, guarded, native, type NativeMelExtractor } from './native.ts';
import {
  checkKeys,
  decibelKeys,
  melKeys,
  spectrogramKeys,
  stftKeys,
  type DecibelOptions,
  type MelOptions,
  type PowerOptions,
  type StftOptions,
} from './options.ts';

export { DspError, type DspErrorCode } from './errors.ts';
export type { DecibelOptions, MelOptions, PowerOptions, StftOptions };

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
export function stft(signal: Float32Array, options: StftOptions): ComplexSpectrogram {
  checkKeys(options, stftKeys);
  return withPlan(
    () => new native.Stft(options),
    (plan) => {
      const { bins } = plan;
      const frames = plan.frames(signal);
      const real = new Float32Array(bins * frames);
      const imag = new Float32Array(bins * frames);
      plan.transform(signal, real, imag);
      return { real, imag, bins, frames };
    },
  );
}

/** |STFT| to the given power, fftSize / 2 + 1 rows. */
export function powerSpectrogram(
  signal: Float32Array,
  options: StftOptions & PowerOptions,
): Spectrogram {
  checkKeys(options, spectrogramKeys);
  return withPlan(
    () => new native.Stft(options),
    (plan) => {
      const output = allocate(plan.bins, plan.frames(signal));
      plan.spectrogram(signal, options, output.data);
      return output;
    },
  );
}

/** Mel spectrogram, melBands rows (librosa.feature.melspectrogram). Runs in this thread. */
export function melSpectrogram(signal: Float32Array, options: MelOptions): Spectrogram {
  checkKeys(options, melKeys);
  return withPlan(
    () => new native.MelExtractor(options),
    (plan) => computeMel(plan, signal),
  );
}

/** As melSpectrogram, on a libuv thread. The signal is copied first and may be changed at once. */
export async function melSpectrogramAsync(
  signal: Float32Array,
  options: MelOptions,
): Promise<Spectrogram> {
  checkKeys(options, melKeys);
  return withPlan(
    () => new native.MelExtractor(options),
    (plan) => computeMelAsync(plan, signal),
  );
}

/** The matrix that maps power bins to mel bands (librosa.filters.mel). */
export function melFilterbank(options: MelOptions): MelFilterbank {
  checkKeys(options, melKeys);
  return withPlan(
    () => new native.MelExtractor(options),
    (plan) => {
      const { bins } = plan;
      const { melBands } = plan.options;
      const data = new Float32Array(melBands * bins);
      plan.filterbank(data);
      return { data, melBands, bins };
    },
  );
}

/** Mel spectrograms of many signals with one plan and one filterbank. */
export class MelExtractor {
  /** All options with their defaults filled in. */
  readonly options: Readonly<Required<MelOptions>>;
  readonly #plan: NativeMelExtractor;

  constructor(options: MelOptions) {
    checkKeys(options, melKeys);
    this.#plan = guarded(() => new native.MelExtractor(options));
    this.options = Object.freeze(this.#plan.options);
  }

  compute(signal: Float32Array): Spectrogram {
    return guarded(() => computeMel(this.#plan, signal));
  }

  /** On a libuv thread; any number of calls may run at once. */
  async computeAsync(signal: Float32Array): Promise<Spectrogram> {
    return computeMelAsync(this.#plan, signal);
  }
}

/**
 * 10 log10(max(x, minimum) / reference), then at most `topDecibels` below the largest result
 * (librosa.power_to_db). NaN stays NaN.
 */
export function powerToDecibels(data: Float32Array, options: DecibelOptions = {}): Float32Array {
  return compressed(data, options, native.powerToDecibels);
}

/** 20 log10(max(|x|, minimum) / reference), clipped likewise (librosa.amplitude_to_db). */
export function amplitudeToDecibels(
  data: Float32Array,
  options: DecibelOptions = {},
): Float32Array {
  return compressed(data, options, native.amplitudeToDecibels);
}

/** ln(1 + gain x), for x of at least 0. */
export function logCompress(data: Float32Array, options: { gain: number }): Float32Array {
  checkKeys(options, ['gain']);
  return guarded(() => {
    const output = sameSize(data);
    native.logCompress(data, options.gain, output);
    return output;
  });
}

/** The instruction sets that the addon can use here, fastest first, and the one it uses. */
export function cpuFeatures(): { architecture: string; selected: string; available: string[] } {
  const available = native.instructionSets();
  return { architecture: process.arch, selected: available[0]!, available };
}

/** Uses a plan once and frees it; an asynchronous call that has been started keeps it until done. */
function withPlan<Plan extends { release(): void }, Result>(
  makePlan: () => Plan,
  use: (plan: Plan) => Result,
): Result {
  return guarded(() => {
    const plan = makePlan();
    try {
      return use(plan);
    } finally {
      plan.release();
    }
  });
}

function computeMel(plan: NativeMelExtractor, signal: Float32Array): Spectrogram {
  const output = allocate(plan.options.melBands, plan.frames(signal));
  plan.compute(signal, output.data);
  return output;
}

async function computeMelAsync(
  plan: NativeMelExtractor,
  signal: Float32Array,
): Promise<Spectrogram> {
  try {
    const output = allocate(plan.options.melBands, plan.frames(signal));
    await plan.computeAsync(signal, output.data);
    return output;
  } catch (error) {
    throw asDspError(error);
  }
}

function allocate(rows: number, frames: number): Spectrogram {
  return { data: new Float32Array(rows * frames), rows, frames };
}

/** The addon checks what `data` is, so anything may arrive here. */
function sameSize(data: Float32Array | null | undefined): Float32Array {
  return new Float32Array(data?.length ?? 0);
}

function compressed(
  data: Float32Array,
  options: DecibelOptions,
  compress: typeof native.powerToDecibels,
): Float32Array {
  checkKeys(options, decibelKeys);
  return guarded(() => {
    const output = sameSize(data);
    compress(data, options, output);
    return output;
  });
}
