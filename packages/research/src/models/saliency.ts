/** Occlusion (Zeiler and Fergus 2014): what hiding a part of the spectrogram costs the true genre. */
import {
  type Clip,
  defaultFrontEnd,
  groupOf,
  type MelSource,
  type Predictor,
} from '@consonance/models/training';
import { bootstrap, interval95, seededRandom } from '@consonance/statistics';
import type { Estimate, Saliency } from '../report-types.ts';

const bandsHidden = 8;
const secondsHidden = 2;
const { sampleRate, hopLength } = defaultFrontEnd;

/** For each genre, from its test clips' first windows; at most `most` clips of a genre. */
export async function measureSaliency(
  predictor: Predictor,
  clips: readonly Clip[],
  mels: MelSource,
  resamples: number,
  most = 24,
): Promise<Saliency[]> {
  const { labels } = predictor.model;
  const saliency: Saliency[] = [];
  for (const [column, label] of labels.entries()) {
    const ofLabel = clips.filter((clip) => clip.label === label).slice(0, most);
    if (ofLabel.length > 0) {
      saliency.push(await ofGenre(predictor, label, column, ofLabel, mels, resamples));
    }
  }
  return saliency;
}

async function ofGenre(
  predictor: Predictor,
  label: string,
  column: number,
  clips: readonly Clip[],
  mels: MelSource,
  resamples: number,
): Promise<Saliency> {
  const { network, standardization } = predictor.model;
  const { melBands } = network;
  const windows = await Promise.all(clips.map(async (clip) => (await mels.get(clip))![0]!));
  const frames = windows[0]!.length / melBands;
  const framesHidden = Math.round((secondsHidden * sampleRate) / hopLength);
  const bandStarts = starts(melBands, bandsHidden);
  const frameStarts = starts(frames, framesHidden);
  const costs: number[][] = [];
  for (const window of windows) {
    const hidden = [
      window,
      ...bandStarts.map((from) =>
        hide(window, standardization, [from, from + bandsHidden], [0, frames]),
      ),
      ...frameStarts.map((from) =>
        hide(window, standardization, [0, melBands], [from, from + framesHidden]),
      ),
    ];
    const logits = await predictor.predict(hidden);
    const [asItIs, ...others] = logits.map((row) => row[column]!);
    costs.push(others.map((logit) => asItIs! - logit));
  }
  const artists = new Set(clips.map(groupOf));
  const { values, samples } = bootstrap(
    [clips.map(groupOf)],
    (_, weights) => weightedMeans(costs, weights),
    seededRandom(1),
    resamples,
  );
  const estimates = values.map((value, i): Estimate => ({
    value,
    // One artist says nothing about others.
    interval: artists.size < 2 ? null : (interval95(samples.map((row) => row[i]!)) ?? null),
  }));
  return {
    label,
    clips: clips.length,
    frequencies: bandStarts.map((from) => bandFrequency(from + bandsHidden / 2)),
    byFrequency: estimates.slice(0, bandStarts.length),
    seconds: frameStarts.map((from) => ((from + framesHidden / 2) * hopLength) / sampleRate),
    byTime: estimates.slice(bandStarts.length),
    mel: meanSpectrogram(windows, melBands),
  };
}

const starts = (length: number, hidden: number): number[] =>
  Array.from({ length: Math.floor(length / hidden) }, (_, i) => i * hidden);

/** The hidden part takes each band's mean over the training set, which the network sees as 0. */
function hide(
  mel: Float32Array,
  { mean }: Predictor['model']['standardization'],
  [lowBand, highBand]: [number, number],
  [firstFrame, lastFrame]: [number, number],
): Float32Array {
  const frames = mel.length / mean.length;
  const copy = mel.slice();
  const loudest = mel.reduce((a, b) => Math.max(a, b));
  for (let band = lowBand; band < highBand; band++)
    copy.fill(loudest + mean[band]!, band * frames + firstFrame, band * frames + lastFrame);
  return copy;
}

function weightedMeans(rows: readonly number[][], weights: Float64Array): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return rows[0]!.map(
    (_, i) => rows.reduce((sum, row, k) => sum + weights[k]! * row[i]!, 0) / total,
  );
}

/** Centre frequency of a mel band, Hz (Slaney's scale: linear below 1 kHz, logarithmic above). */
export function bandFrequency(band: number): number {
  const { melBands, fMin, fMax } = defaultFrontEnd;
  const toMel = (hz: number) =>
    hz < 1000 ? (3 * hz) / 200 : 15 + (27 * Math.log(hz / 1000)) / Math.log(6.4);
  const toHz = (mel: number) => (mel < 15 ? (200 * mel) / 3 : 1000 * 6.4 ** ((mel - 15) / 27));
  const mel = toMel(fMin) + ((band + 1) * (toMel(fMax) - toMel(fMin))) / (melBands + 1);
  return Math.round(toHz(mel));
}

/** The mean over windows, dB below each one's loudest cell; columns of about half a second. */
function meanSpectrogram(windows: readonly Float32Array[], melBands: number): number[][] {
  const frames = windows[0]!.length / melBands;
  const loudest = windows.map((window) => window.reduce((a, b) => Math.max(a, b)));
  const columns = 60;
  return Array.from({ length: melBands }, (_, band) =>
    Array.from({ length: columns }, (_, column) => {
      const from = band * frames + Math.floor((column * frames) / columns);
      const to = band * frames + Math.floor(((column + 1) * frames) / columns);
      let sum = 0;
      windows.forEach((window, i) => {
        for (let cell = from; cell < to; cell++) sum += Math.max(window[cell]! - loudest[i]!, -80);
      });
      return Math.round((10 * sum) / (windows.length * (to - from))) / 10;
    }),
  );
}
