import { AudioSource } from '../source.ts';
import { Fold } from './fold.ts';

const sampleRate = 12_000;
const peaksPerSecond = 100;
/** Between this and twice as many come back, fewer for tracks below 10 s. */
const fewestPeaks = 1000;
const chunkSeconds = 60;

export interface Peaks {
  durationSeconds: number;
  /** Largest magnitudes of equal stretches of time, in [0, 1], three decimals. */
  peaks: number[];
}

/** The outline of a track's waveform, mono. Memory does not grow with its length. @throws AudioError */
export function waveformPeaks(path: string): Peaks {
  using source = AudioSource.open(path);
  const fold = new Fold<number>(fewestPeaks, Math.max);
  const step = sampleRate / peaksPerSecond;
  let count = 0;
  for (const samples of chunks(source)) {
    count += samples.length;
    for (let begin = 0; begin < samples.length; begin += step) {
      fold.push(largestMagnitude(samples.subarray(begin, begin + step)));
    }
  }
  const peaks = fold.values.map((peak) => Math.round(Math.min(1, peak) * 1000) / 1000);
  return { durationSeconds: count / sampleRate, peaks };
}

function* chunks(source: AudioSource): Generator<Float32Array> {
  const length = chunkSeconds * sampleRate;
  for (let start = 0; ; start += chunkSeconds) {
    const samples = source.read(sampleRate, start, length);
    yield samples;
    if (samples.length < length) return;
  }
}

function largestMagnitude(samples: Float32Array): number {
  let largest = 0;
  for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
  return largest;
}
