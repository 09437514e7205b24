import { MelExtractor, logCompress, powerToDecibels } from '@consonance/dsp-native';
import { AudioOptionError, expected } from './errors.ts';
import {
  frontEndFrames,
  frontEndValues,
  windowSamples,
  type FrontEnd,
  type SpectrogramOptions,
} from './front-end.ts';

const logGain = 10_000;
const extractors = new Map<string, MelExtractor>();

/** Of a padded window; used again, so that no garbage is made of megabytes. */
let room = new Float32Array(0);

/**
 * The compressed mel spectrogram of one window, melBands x frontEndFrames(frontEnd), row-major; the
 * front end's second one follows it.
 * @param samples mono, at the front end's rate; fewer than a window's are padded with silence
 */
export function melOfWindow(samples: Float32Array, frontEnd: FrontEnd): Float32Array {
  const length = windowSamples(frontEnd);
  if (samples.length > length) {
    throw new AudioOptionError(
      'INVALID_OPTION',
      expected(`at most ${length} values`, 'samples', samples.length),
    );
  }
  const window = samples.length === length ? samples : padded(samples, length);
  const { sampleRate, second } = frontEnd;
  const mel = new Float32Array(frontEndValues(frontEnd));
  const firstValues = frontEnd.melBands * frontEndFrames(frontEnd);
  spectrogram(window, sampleRate, frontEnd, mel.subarray(0, firstValues));
  if (second) spectrogram(window, sampleRate, second, mel.subarray(firstValues));
  return mel;
}

function padded(samples: Float32Array, length: number): Float32Array {
  if (room.length !== length) room = new Float32Array(length);
  room.set(samples);
  return room.fill(0, samples.length);
}

/** Written and compressed in place: what is allocated for every window keeps the garbage collector busy. */
function spectrogram(
  samples: Float32Array,
  sampleRate: number,
  options: SpectrogramOptions,
  output: Float32Array,
): void {
  extractorFor(sampleRate, options).compute(samples, { output });
  if (options.compression === 'decibel') {
    powerToDecibels(output, { reference: 1, minimum: 1e-10, topDecibels: null }, { output });
  } else logCompress(output, { gain: logGain }, { output });
}

/** One plan and filterbank for each kind of spectrogram in use. */
function extractorFor(sampleRate: number, options: SpectrogramOptions): MelExtractor {
  const { fftSize, hopLength, melBands, fMin, fMax, melScale, melNorm, power } = options;
  const stftOptions = { fftSize, hopLength, center: true, padMode: 'constant' } as const;
  const melOptions = { sampleRate, melBands, fMin, fMax, melScale, melNorm, power };
  const all = { ...stftOptions, ...melOptions };
  const key = JSON.stringify(all);
  const extractor = extractors.get(key) ?? new MelExtractor(all);
  extractors.set(key, extractor);
  return extractor;
}
