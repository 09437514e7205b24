import { createHash } from 'node:crypto';
import {
  AudioOptionError,
  checkField,
  checkKeys,
  expected,
  isAtLeast,
  isPositiveInteger,
} from './errors.ts';

/** Everything that decides how a file becomes mel spectrogram windows. */
export interface FrontEnd {
  /** Of the mono signal that the spectrogram is made of, Hz. */
  sampleRate: number;
  /** Samples of one Fourier transform (periodic Hann window of the same length, centre padding). */
  fftSize: number;
  /** Samples from frame to frame, at most fftSize. */
  hopLength: number;
  melBands: number;
  /** Hz. */
  fMin: number;
  /** Hz, above fMin, at most sampleRate / 2. */
  fMax: number;
  melScale: 'slaney' | 'htk';
  melNorm: 'slaney' | 'none';
  /** Exponent of the magnitude. */
  power: 1 | 2;
  /**
   * 'decibel': 10 log10(max(x, 1e-10)), absolute, not relative to the maximum, so -100 is silence.
   * 'log': ln(1 + 10000 x), so 0 is silence (Dieleman and Schrauwen 2014).
   */
  compression: 'decibel' | 'log';
  /** Length of one window. */
  windowSeconds: number;
  /** Most windows of one track; shorter tracks have fewer (see planWindows). */
  windowsPerTrack: number;
}

/** Raise when the same FrontEnd begins to give other numbers: stored features then expire. */
const frontEndVersion = 1;

const fields: readonly (keyof FrontEnd)[] = [
  'sampleRate',
  'fftSize',
  'hopLength',
  'melBands',
  'fMin',
  'fMax',
  'melScale',
  'melNorm',
  'power',
  'compression',
  'windowSeconds',
  'windowsPerTrack',
];

const oneOf =
  (...allowed: unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);

/**
 * Returns the value if it is a front end, with every field present and in range.
 * @throws AudioOptionError that names the field
 */
export function validateFrontEnd(value: unknown): FrontEnd {
  checkKeys(value, 'frontEnd', fields);
  const frontEnd = value as FrontEnd;
  const check = (field: keyof FrontEnd, what: string, isValid: (value: unknown) => boolean) =>
    checkField(frontEnd, 'frontEnd', field, what, isValid);
  check(
    'sampleRate',
    'an integer of 1000 to 192000 Hz',
    (rate) => isPositiveInteger(rate) && isAtLeast(1000)(rate) && !isAtLeast(192001)(rate),
  );
  check(
    'fftSize',
    'a positive even integer',
    (size) => isPositiveInteger(size) && (size as number) % 2 === 0,
  );
  check(
    'hopLength',
    'a positive integer, at most fftSize',
    (hop) => isPositiveInteger(hop) && (hop as number) <= frontEnd.fftSize,
  );
  check('melBands', 'a positive integer', isPositiveInteger);
  check('fMin', 'a frequency of at least 0 Hz', isAtLeast(0));
  check(
    'fMax',
    'a frequency above fMin, at most sampleRate / 2,',
    (fMax) =>
      isAtLeast(0)(fMax) &&
      (fMax as number) > frontEnd.fMin &&
      (fMax as number) <= frontEnd.sampleRate / 2,
  );
  check('melScale', "'slaney' or 'htk'", oneOf('slaney', 'htk'));
  check('melNorm', "'slaney' or 'none'", oneOf('slaney', 'none'));
  check('power', '1 or 2', oneOf(1, 2));
  check('compression', "'decibel' or 'log'", oneOf('decibel', 'log'));
  check(
    'windowSeconds',
    'a number of 0.1 to 600 s',
    (seconds) => isAtLeast(0.1)(seconds) && (seconds as number) <= 600,
  );
  check(
    'windowsPerTrack',
    'an integer of 1 to 100',
    (count) => isPositiveInteger(count) && (count as number) <= 100,
  );
  if (windowSamples(frontEnd) < frontEnd.fftSize) {
    throw new AudioOptionError(
      'INVALID_OPTION',
      expected('at least fftSize samples', 'frontEnd.windowSeconds', frontEnd.windowSeconds),
    );
  }
  return frontEnd;
}

/** Samples of one window. */
export function windowSamples(frontEnd: FrontEnd): number {
  return Math.round(frontEnd.windowSeconds * frontEnd.sampleRate);
}

/** Frames of one window's mel spectrogram (centre padding: 1 + floor(samples / hopLength)). */
export function frontEndFrames(frontEnd: FrontEnd): number {
  return 1 + Math.floor(windowSamples(frontEnd) / frontEnd.hopLength);
}

/** Short stable name of a front end: equal ids mean comparable spectrograms. */
export function frontEndId(frontEnd: FrontEnd): string {
  const values = fields.map((field) => frontEnd[field]);
  const text = JSON.stringify([frontEndVersion, ...values]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
