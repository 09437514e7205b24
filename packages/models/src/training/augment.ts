import { type Random, between, integerBelow } from '@consonance/statistics';

/** What changes a training crop; each 0 is off. */
export interface Augmentation {
  /** Tempo and, with it, nothing else: frames are read at a speed of 1 +- this. */
  speed: number;
  /** Bands up or down at most: a crude transposition. */
  bandShift: number;
  /**
   * How much louder or softer a crop ends than it begins at most, dB. (A constant gain would change
   * nothing: the network hears levels relative to the loudest cell.)
   */
  gain: number;
  /** Deviation of a random smooth equaliser curve, dB. */
  equalizer: number;
  /** Probability of a noise floor 35 to 75 dB below the loudest cell. */
  noiseFloor: number;
  /** Probability that everything above a random band is silent, as after a low bit rate. */
  lowPass: number;
  /** Bands and frames masked at most, in two stretches each (SpecAugment, Park et al. 2019). */
  maskedBands: number;
  maskedFrames: number;
  /** Of the Beta distribution that weighs two crops and their labels against each other (Zhang et al. 2018). */
  mixup: number;
}

export const noAugmentation: Augmentation = {
  speed: 0,
  bandShift: 0,
  gain: 0,
  equalizer: 0,
  noiseFloor: 0,
  lowPass: 0,
  maskedBands: 0,
  maskedFrames: 0,
  mixup: 0,
};

export const productAugmentation: Augmentation = {
  ...noAugmentation,
  speed: 0.1,
  bandShift: 2,
  equalizer: 3,
  noiseFloor: 0.4,
  lowPass: 0.15,
  maskedBands: 8,
  maskedFrames: 16,
};

const silence = -100;

/**
 * Copies a random crop of a mel window in dB into `out`, changed as configured. A window shorter than
 * the crop is padded with silence.
 *
 * @param mel melBands x frames, row-major
 * @param out melBands x cropFrames, row-major
 */
export function augmentedCrop(
  mel: Float32Array,
  melBands: number,
  out: Float32Array,
  augmentation: Augmentation,
  random: Random,
): void {
  const frames = mel.length / melBands;
  const cropFrames = out.length / melBands;
  const speed = 1 + between(random, -augmentation.speed, augmentation.speed);
  const start = between(random, 0, Math.max(0, frames - 1 - cropFrames * speed));
  const shift = Math.round(between(random, -augmentation.bandShift, augmentation.bandShift));
  const curve = equalizerCurve(melBands, augmentation.equalizer, random);
  const slope = augmentation.gain && between(random, -1, 1) * (augmentation.gain / cropFrames);
  const top = random() < augmentation.lowPass ? between(random, 0.55, 1) * melBands : melBands;

  let loudest = silence;
  for (let band = 0; band < melBands; band++) {
    const source = Math.min(melBands - 1, Math.max(0, band + shift)) * frames;
    for (let frame = 0; frame < cropFrames; frame++) {
      const position = Math.round(start + frame * speed);
      const value =
        band < top && position < frames
          ? mel[source + position]! + curve[band]! + slope * frame
          : silence;
      out[band * cropFrames + frame] = value;
      if (value > loudest) loudest = value;
    }
  }
  if (random() < augmentation.noiseFloor) {
    const floor = loudest - between(random, 35, 75);
    for (let i = 0; i < out.length; i++) if (out[i]! < floor) out[i] = floor;
  }
  for (let stretch = 0; stretch < 2; stretch++) {
    const bands = integerBelow(random, augmentation.maskedBands + 1);
    const firstBand = integerBelow(random, melBands - bands + 1);
    out.fill(silence, firstBand * cropFrames, (firstBand + bands) * cropFrames);
    const masked = integerBelow(random, augmentation.maskedFrames + 1);
    const firstFrame = integerBelow(random, cropFrames - masked + 1);
    for (let band = 0; band < melBands; band++) {
      out.fill(silence, band * cropFrames + firstFrame, band * cropFrames + firstFrame + masked);
    }
  }
}

/** The sum of the first three cosines over the bands, with random amplitudes. */
function equalizerCurve(melBands: number, deviation: number, random: Random): Float32Array {
  const amplitudes = [1, 2, 3].map(() => between(random, -deviation, deviation));
  return Float32Array.from({ length: melBands }, (_, band) =>
    amplitudes.reduce(
      (sum, a, k) => sum + a * Math.cos((Math.PI * (k + 1) * (band + 0.5)) / melBands),
      0,
    ),
  );
}

/** A number of the distribution Beta(a, a): Johnk's method, for a up to 1. */
export function symmetricBeta(a: number, random: Random): number {
  for (;;) {
    const [x, y] = [random() ** (1 / a), random() ** (1 / a)];
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}
