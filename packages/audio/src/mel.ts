import { MelExtractor, logCompress, powerToDecibels } from '@consonance/dsp-native';
import { AudioOptionError, expected } from './errors.ts';
import { frontEndId, windowSamples, type FrontEnd } from './front-end.ts';

const logGain = 10_000;
const extractors = new Map<string, MelExtractor>();

/**
 * The compressed mel spectrogram of one window, melBands x frontEndFrames(frontEnd), row-major.
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
  return compressed(extractorFor(frontEnd).compute(window).data, frontEnd.compression);
}

function compressed(mel: Float32Array, compression: FrontEnd['compression']): Float32Array {
  return compression === 'decibel'
    ? powerToDecibels(mel, { reference: 1, minimum: 1e-10, topDecibels: null })
    : logCompress(mel, { gain: logGain });
}

/** One plan and filterbank for each front end in use. */
function extractorFor(frontEnd: FrontEnd): MelExtractor {
  const id = frontEndId(frontEnd);
  const known = extractors.get(id);
  if (known !== undefined) return known;
  const { sampleRate, fftSize, hopLength, melBands, fMin, fMax, melScale, melNorm, power } =
    frontEnd;
  const stftOptions = { fftSize, hopLength, center: true, padMode: 'constant' } as const;
  const melOptions = { sampleRate, melBands, fMin, fMax, melScale, melNorm, power };
  const extractor = new MelExtractor({ ...stftOptions, ...melOptions });
  extractors.set(id, extractor);
  return extractor;
}
