/** Whether two programs computed the same spectrogram. */

/** How near one spectrogram is to another. */
export type Agreement =
  /** Same definitions: the largest difference, among values down to 60 dB below the maximum, is below 0.01 dB. */
  | 'same'
  /** Own filters or placing of frames: correlations of loudness along time and of the mean spectrum of at least 0.9. */
  | 'alike'
  | 'differs';

/** Down to 60 dB below the maximum. */
function decibels(data: Float32Array): Float32Array {
  const largest = data.reduce((most, value) => Math.max(most, value), 0);
  return data.map((power) => 10 * Math.log10(Math.max(power / largest, 1e-6)));
}

/**
 * @param truth power, bands x frames
 * @param other the same with other filters, which will do for `alike`
 */
export function agreementOf(
  data: Float32Array,
  truth: Float32Array,
  bands: number,
  other = truth,
): Agreement {
  if (data.length === truth.length) {
    const [a, b] = [decibels(data), decibels(truth)];
    if (b.every((value, i) => Math.abs(value - a[i]!) < 0.01)) return 'same';
  }
  const isAlike = [truth, other].some((reference) => {
    const [own, theirs] = [profiles(data, bands), profiles(reference, bands)];
    return own.every((profile, i) => correlation(profile, theirs[i]!) >= 0.9);
  });
  return isAlike ? 'alike' : 'differs';
}

/** Mean power of each band, and of each tenth of a second or so, in decibels: what placing of frames hardly changes. */
function profiles(data: Float32Array, bands: number): Float32Array[] {
  const frames = data.length / bands;
  const spectrum = new Float32Array(bands);
  const parts = 200;
  const loudness = new Float32Array(parts);
  for (let band = 0; band < bands; band++) {
    for (let t = 0; t < frames; t++) {
      const power = data[band * frames + t]!;
      spectrum[band]! += power / frames;
      loudness[Math.floor((t * parts) / frames)]! += power;
    }
  }
  return [decibels(spectrum), decibels(loudness)];
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
