import { MelExtractor, logCompress, powerToDecibels } from '@consonance/dsp-native';
import { AudioOptionError, expected } from './errors.ts';
import {
  frontEndValues,
  windowSamples,
  type FrontEnd,
  type SpectrogramOptions,
} from './front-end.ts';

const logGain = 10_000;
const extractors = new Map<string, MelExtractor>();

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
  const window = new Float32Array(length);
  window.set(samples);
  const { sampleRate, second } = frontEnd;
  const first = spectrogram(window, sampleRate, frontEnd);
  if (second === undefined) return first;
  const both = new Float32Array(frontEndValues(frontEnd));
  both.set(first);
  both.set(spectrogram(window, sampleRate, second), first.length);
  return both;
}

const spectrogram = (
  samples: Float32Array,
  sampleRate: number,
  options: SpectrogramOptions,
): Float32Array =>
  compressed(extractorFor(sampleRate, options).compute(samples).data, options.compression);

function compressed(mel: Float32Array, compression: FrontEnd['compression']): Float32Array {
  return compression === 'decibel'
    ? powerToDecibels(mel, { reference: 1, minimum: 1e-10, topDecibels: null })
    : logCompress(mel, { gain: logGain });
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
