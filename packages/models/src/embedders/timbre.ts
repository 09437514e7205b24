/** Statistics of a mel spectrogram that describe timbre and rhythm; nothing here is learnt. */
import type { FrontEnd } from '@consonance/audio';
import { powerSpectrogram } from '@consonance/dsp-native';

/** The range kept below a window's loudest cell, in dB. */
const dynamicRange = 80;
const coefficients = 20;
const deltaWidth = 9;
/** Of the edges of neighbouring bands, in mel bands of 96: narrower where music is denser. */
const contrastEdges = [0, 8, 16, 28, 40, 54, 68, 82, 96].map((band) => band / 96);
/** Frames a second fall into octaves below half the frame rate; the lowest reaches to 0. */
const modulationOctaves = 7;

/** How many numbers `timbreStatistics` gives. */
export const timbreDimensions =
  3 * coefficients + (2 + modulationOctaves) * (contrastEdges.length - 1);

/**
 * What a window sounds like, whatever its level:
 *
 * - 20 MFCCs (librosa.feature.mfcc with the orthonormal DCT-II): mean and deviation over time, and the
 *   deviation of their slopes (librosa.feature.delta, 9 frames);
 * - contrast in 8 groups of mel bands, dB between the two loudest and the two softest bands: mean and
 *   deviation (after Jiang et al. 2002, on mel bands instead of single bins);
 * - modulation: logarithm of the magnitude spectrum of each group's level over time, in 7 octaves of
 *   rate (10.8 Hz downwards for a hop of 46 ms).
 *
 * Digital silence behind the music, which pads short tracks, is left out.
 *
 * @param mel melBands x frames in dB, row-major, of a front end with decibel compression
 * @returns `timbreDimensions` numbers, not scaled
 */
export function timbreStatistics(
  mel: Float32Array,
  { melBands }: Pick<FrontEnd, 'melBands'>,
): Float32Array {
  const bands = heard(mel, melBands);
  const cepstra = mfcc(bands, coefficients);
  const contrasts = [];
  const levels = [];
  for (const group of groups(bands)) {
    contrasts.push(contrast(group));
    levels.push(meanRow(group));
  }
  return Float32Array.from([
    ...cepstra.map(mean),
    ...cepstra.map(deviation),
    ...cepstra.map((row) => deviation(delta(row))),
    ...contrasts.map(mean),
    ...contrasts.map(deviation),
    ...levels.flatMap(modulation),
  ]);
}

/**
 * Mel-frequency cepstral coefficients: the orthonormal DCT-II over the bands.
 *
 * @param bands melBands rows of equal length, dB
 * @returns `count` rows
 */
export function mfcc(bands: readonly Float64Array[], count: number): Float64Array[] {
  const size = bands.length;
  return Array.from({ length: count }, (_, k) => {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / size);
    const row = new Float64Array(bands[0]!.length);
    const weight = (i: number) =>
      i < size ? scale * Math.cos((Math.PI * k * (i + 0.5)) / size) : 0;
    const band = (i: number) => bands[Math.min(i, size - 1)]!;
    // Four bands at a time: the row is read and written a quarter as often.
    for (let i = 0; i < size; i += 4) {
      const [a, b, c, d] = [band(i), band(i + 1), band(i + 2), band(i + 3)];
      const [p, q, r, s] = [weight(i), weight(i + 1), weight(i + 2), weight(i + 3)];
      for (let frame = 0; frame < row.length; frame++) {
        row[frame]! += p * a[frame]! + q * b[frame]! + r * c[frame]! + s * d[frame]!;
      }
    }
    return row;
  });
}

/** Slope over 9 frames by least squares; the first and last four frames take their neighbour's. */
export function delta(row: Float64Array): Float64Array {
  const half = (deltaWidth - 1) / 2;
  const last = row.length - 1 - half;
  if (last < half) return new Float64Array(row.length);
  const norm = (half * (half + 1) * (2 * half + 1)) / 3;
  return row.map((_, frame) => {
    const centre = Math.min(last, Math.max(half, frame));
    let sum = 0;
    for (let k = 1; k <= half; k++) sum += k * (row[centre + k]! - row[centre - k]!);
    return sum / norm;
  });
}

/** Rows in dB below the loudest cell, without the silence behind the last sound. */
function heard(mel: Float32Array, melBands: number): Float64Array[] {
  const frames = mel.length / melBands;
  let loudest = -Infinity;
  let last = 0;
  for (let band = 0; band < melBands; band++) {
    for (let frame = 0; frame < frames; frame++) {
      const value = mel[band * frames + frame]!;
      if (value > loudest) loudest = value;
      if (value > digitalSilence && frame > last) last = frame;
    }
  }
  return Array.from({ length: melBands }, (_, band) => {
    const row = Float64Array.from(mel.subarray(band * frames, band * frames + last + 1));
    for (let i = 0; i < row.length; i++) row[i] = Math.max(row[i]! - loudest, -dynamicRange);
    return row;
  });
}

/** What the decibel compression makes of no sound at all. */
const digitalSilence = -100;

const groups = (bands: readonly Float64Array[]): Float64Array[][] =>
  contrastEdges
    .slice(1)
    .map((end, i) =>
      bands.slice(Math.round(contrastEdges[i]! * bands.length), Math.round(end * bands.length)),
    );

/** Mean of the two loudest bands less the mean of the two softest, a value a frame. */
function contrast(group: readonly Float64Array[]): Float64Array {
  const row = new Float64Array(group[0]!.length);
  for (let frame = 0; frame < row.length; frame++) {
    let [loudest, second, softest, next] = [-Infinity, -Infinity, Infinity, Infinity];
    for (const band of group) {
      const value = band[frame]!;
      if (value > second) {
        second = Math.min(value, loudest);
        loudest = Math.max(value, loudest);
      }
      if (value < next) {
        next = Math.max(value, softest);
        softest = Math.min(value, softest);
      }
    }
    row[frame] = (loudest + second - softest - next) / 2;
  }
  return row;
}

function meanRow(rows: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let i = 0; i < sums.length; i++) sums[i]! += row[i]! / rows.length;
  return sums;
}

/** Mean magnitude in each octave of modulation rate, natural logarithm, lowest octave first. */
function modulation(level: Float64Array): number[] {
  // A multiple of 8 has a fast transform.
  const fftSize = Math.max(8, level.length - (level.length % 8));
  const centre = mean(level);
  const signal = new Float32Array(fftSize);
  for (let i = 0; i < Math.min(fftSize, level.length); i++) signal[i] = level[i]! - centre;
  const { data } = powerSpectrogram(signal, {
    fftSize,
    hopLength: fftSize,
    center: false,
    power: 1,
  });
  const bins = data.length - 1;
  return Array.from({ length: modulationOctaves }, (_, octave) => {
    const edge = (n: number) => Math.max(1, Math.round(bins / 2 ** (modulationOctaves - n)));
    const from = octave === 0 ? 1 : edge(octave);
    const part = data.subarray(from, Math.max(from + 1, edge(octave + 1)));
    return Math.log(mean(part) / fftSize + 1e-3);
  });
}

function mean(values: Float64Array | Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length > 0 ? sum / values.length : 0;
}

function deviation(values: Float64Array): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return Math.sqrt(sum / values.length);
}
