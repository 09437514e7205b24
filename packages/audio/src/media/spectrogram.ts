import { MelExtractor } from '@consonance/dsp-native';
import { interpolateMagma } from 'd3-scale-chromatic';
import { encode } from 'fast-png';
import type { FrontEnd } from '../front-end.ts';
import { AudioSource } from '../source.ts';
import { Fold } from './fold.ts';

/** Between this and twice as many come back, fewer where the track has fewer frames. */
const fewestColumns = 1000;
const chunkFrames = 2048;
/** What lies this far below the loudest pixel is black, as in librosa.power_to_db. */
const dynamicRangeDecibels = 80;

/** 256 colours of magma (van der Walt and Smith 2015): equal steps look equal, grey print included. */
const palette = Array.from({ length: 256 }, (_, index) => {
  const colour = parseInt(interpolateMagma(index / 255).slice(1), 16);
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
});

interface Column {
  /** Sum over the frames, melBands values. */
  power: Float32Array;
  frames: number;
}

/**
 * The mel spectrogram of a whole track as PNG: time from left to right, from 0 to the duration; one
 * row a mel band of the front end, low below. Memory does not grow with the track's length.
 * @throws AudioError
 */
export function melSpectrogramImage(path: string, frontEnd: FrontEnd): Uint8Array {
  const columns = new Fold<Column>(fewestColumns, (earlier, later) => ({
    power: earlier.power.map((value, band) => value + later.power[band]!),
    frames: earlier.frames + later.frames,
  }));
  using source = AudioSource.open(path);
  for (const column of melFrames(source, frontEnd)) columns.push(column);
  return encode(toImage(columns.values, frontEnd.melBands));
}

/** Chunks overlap by fftSize - hopLength, so that frames go on from one to the next. */
function* melFrames(source: AudioSource, frontEnd: FrontEnd): Generator<Column> {
  const { sampleRate, fftSize, hopLength, melBands, fMin, fMax, melScale, melNorm } = frontEnd;
  const stftOptions = { fftSize, hopLength, center: false } as const;
  const melOptions = { sampleRate, melBands, fMin, fMax, melScale, melNorm, power: 2 } as const;
  const extractor = new MelExtractor({ ...stftOptions, ...melOptions });
  const length = (chunkFrames - 1) * hopLength + fftSize;
  for (let frame = 0; ; frame += chunkFrames) {
    const samples = source.read(sampleRate, (frame * hopLength) / sampleRate, length);
    const padded = new Float32Array(Math.max(samples.length, fftSize));
    padded.set(samples);
    const { data, frames } = extractor.compute(padded);
    for (let index = 0; index < frames; index += 1) {
      const power = new Float32Array(melBands);
      for (let band = 0; band < melBands; band += 1) power[band] = data[band * frames + index]!;
      yield { power, frames: 1 };
    }
    if (samples.length < length) return;
  }
}

function toImage(columns: readonly Column[], melBands: number) {
  const decibels = columns.map(({ power, frames }) =>
    power.map((sum) => 10 * Math.log10(Math.max(sum / frames, 1e-10))),
  );
  const loudest = decibels.reduce((most, column) => Math.max(most, ...column), -Infinity);
  const data = new Uint8Array(columns.length * melBands);
  decibels.forEach((column, x) => {
    column.forEach((value, band) => {
      const share = 1 + (value - loudest) / dynamicRangeDecibels;
      data[(melBands - 1 - band) * columns.length + x] = 255 * Math.max(0, share);
    });
  });
  return { width: columns.length, height: melBands, data, depth: 8, channels: 1, palette } as const;
}
