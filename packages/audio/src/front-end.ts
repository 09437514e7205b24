import { createHash } from 'node:crypto';
import {
  AudioOptionError,
  checkField,
  checkKeys,
  expected,
  isAtLeast,
  isPositiveInteger,
} from './errors.ts';

/** Everything that decides how samples become a mel spectrogram. */
export interface SpectrogramOptions {
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
}

/** Everything that decides how a file becomes mel spectrogram windows. */
export interface FrontEnd extends SpectrogramOptions {
  /** Of the mono signal that the spectrogram is made of, Hz. */
  sampleRate: number;
  /** Length of one window. */
  windowSeconds: number;
  /** Most windows of one track; shorter tracks have fewer (see planWindows). */
  windowsPerTrack: number;
  /** Another spectrogram of the same samples, for a model that needs both; it follows the first. */
  second?: SpectrogramOptions;
}

/** Raise when the same FrontEnd begins to give other numbers: stored features then expire. */
const frontEndVersion = 1;

const spectrogramFields = [
  'fftSize',
  'hopLength',
  'melBands',
  'fMin',
  'fMax',
  'melScale',
  'melNorm',
  'power',
  'compression',
] as const;
const fields = ['sampleRate', ...spectrogramFields, 'windowSeconds', 'windowsPerTrack'] as const;

const oneOf =
  (...allowed: unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);

/**
 * Returns the value if it is a front end, with every field present and in range.
 * @throws AudioOptionError that names the field
 */
export function validateFrontEnd(value: unknown): FrontEnd {
  checkKeys(value, 'frontEnd', [...fields, 'second']);
  const frontEnd = value as FrontEnd;
  const check = (field: keyof FrontEnd, what: string, isValid: (value: unknown) => boolean) =>
    checkField(frontEnd, 'frontEnd', field, what, isValid);
  check(
    'sampleRate',
    'an integer of 1000 to 192000 Hz',
    (rate) => isPositiveInteger(rate) && isAtLeast(1000)(rate) && !isAtLeast(192001)(rate),
  );
  checkSpectrogram(frontEnd, 'frontEnd', frontEnd.sampleRate);
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
  const { second } = frontEnd;
  if (second !== undefined) {
    checkKeys(second, 'frontEnd.second', spectrogramFields);
    checkSpectrogram(second, 'frontEnd.second', frontEnd.sampleRate);
  }
  if (windowSamples(frontEnd) < Math.max(frontEnd.fftSize, second?.fftSize ?? 0)) {
    throw new AudioOptionError(
      'INVALID_OPTION',
      expected('at least fftSize samples', 'frontEnd.windowSeconds', frontEnd.windowSeconds),
    );
  }
  return frontEnd;
}

function checkSpectrogram(options: SpectrogramOptions, name: string, sampleRate: number): void {
  const check = (
    field: keyof SpectrogramOptions,
    what: string,
    isValid: (value: unknown) => boolean,
  ) => checkField(options, name, field, what, isValid);
  check(
    'fftSize',
    'a positive even integer',
    (size) => isPositiveInteger(size) && (size as number) % 2 === 0,
  );
  check(
    'hopLength',
    'a positive integer, at most fftSize',
    (hop) => isPositiveInteger(hop) && (hop as number) <= options.fftSize,
  );
  check('melBands', 'a positive integer', isPositiveInteger);
  check('fMin', 'a frequency of at least 0 Hz', isAtLeast(0));
  check(
    'fMax',
    'a frequency above fMin, at most sampleRate / 2,',
    (fMax) =>
      isAtLeast(0)(fMax) && (fMax as number) > options.fMin && (fMax as number) <= sampleRate / 2,
  );
  check('melScale', "'slaney' or 'htk'", oneOf('slaney', 'htk'));
  check('melNorm', "'slaney' or 'none'", oneOf('slaney', 'none'));
  check('power', '1 or 2', oneOf(1, 2));
  check('compression', "'decibel' or 'log'", oneOf('decibel', 'log'));
}

/** Samples of one window. */
export function windowSamples(frontEnd: FrontEnd): number {
  return Math.round(frontEnd.windowSeconds * frontEnd.sampleRate);
}

/** Frames of one window's mel spectrogram (centre padding: 1 + floor(samples / hopLength)). */
export function frontEndFrames(
  frontEnd: FrontEnd,
  { hopLength }: Pick<SpectrogramOptions, 'hopLength'> = frontEnd,
): number {
  return 1 + Math.floor(windowSamples(frontEnd) / hopLength);
}

/** Values of one window: melBands x frames, of both spectrograms where there is a second. */
export function frontEndValues(frontEnd: FrontEnd): number {
  const { second } = frontEnd;
  const first = frontEnd.melBands * frontEndFrames(frontEnd);
  return second === undefined ? first : first + second.melBands * frontEndFrames(frontEnd, second);
}

/** Short stable name of a front end: equal ids mean comparable spectrograms. */
export function frontEndId(frontEnd: FrontEnd): string {
  const values: unknown[] = fields.map((field) => frontEnd[field]);
  const { second } = frontEnd;
  if (second !== undefined) values.push(spectrogramFields.map((field) => second[field]));
  const text = JSON.stringify([frontEndVersion, ...values]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
