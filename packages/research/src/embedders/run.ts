/** `consonance evaluate embedders`: folds, networks, measurements, report. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultFrontEnd, loadDataset, type MelStore, openMels } from '@consonance/models/training';
import { candidateNames, evaluateEmbedders, type Fold, networkFrontEnd } from './evaluate.ts';
import { foldNetwork } from './fold-network.ts';
import { corpusFolds } from './folds.ts';
import { embeddersPage } from './page.ts';
import { embeddersReport } from './report.ts';
import type { EmbeddersReport } from './report-types.ts';

export interface EmbedderEvaluation {
  /** As `loadDataset` takes it. */
  data: string;
  /** Genres; default: the paper's. */
  labels?: readonly string[];
  embedders: readonly string[];
  /** Networks trained without a fold; kept, and used again. */
  runsDirectory: string;
  /** Where report.json and report.html go. */
  outDirectory: string;
  cacheDirectory: string;
  epochs: number;
  folds: number;
  seed: number;
  resamples: number;
  command: string;
  onProgress(text: string): void;
  signal?: AbortSignal;
}

/** @throws Error BAD_OPTION naming an embedder that there is not, or runs of another data set */
export async function runEmbedderEvaluation(input: EmbedderEvaluation): Promise<EmbeddersReport> {
  const { embedders, cacheDirectory, outDirectory, epochs, seed, resamples, onProgress } = input;
  const unknown = embedders.find((name) => !candidateNames.includes(name));
  if (unknown !== undefined) {
    throw badOption(
      `Expected some of ${candidateNames.join(', ')} for embedders but received "${unknown}".`,
    );
  }
  const dataset = await loadDataset(input.data, input.labels && { labels: input.labels });
  const wanted = embedders.map(networkFrontEnd).filter((frontEnd) => frontEnd !== undefined);
  const rates = new Map([defaultFrontEnd, ...wanted].map((of) => [of.sampleRate, of]));
  const mels = new Map<number, MelStore>();
  for (const [rate, frontEnd] of rates) {
    const onMel = (done: number, total: number) => {
      if (done % 200 === 0) onProgress(`mel spectrograms at ${rate} Hz: ${done} of ${total}`);
    };
    mels.set(rate, await openMels(dataset.clips, frontEnd, cacheDirectory, onMel));
  }
  const { clips, failed } = mels.get(defaultFrontEnd.sampleRate)!;
  const { labels, manifestHash } = dataset;
  const folds = corpusFolds(clips, input.folds);
  const settings = { folds, epochs, seed, resamples };
  await claimRuns(input.runsDirectory, JSON.stringify({ manifestHash, folds, epochs, seed }));
  const heard: Fold[] = [];
  for (const [i, corpora] of folds.entries()) {
    const networks = new Map<number, string>();
    for (const frontEnd of new Set(wanted)) {
      const { sampleRate } = frontEnd;
      const suffix = frontEnd === defaultFrontEnd ? '' : `-${sampleRate}`;
      const runDirectory = path.join(input.runsDirectory, `fold-${i + 1}${suffix}`);
      const about = { clips, dataset, corpora, frontEnd, runDirectory };
      networks.set(sampleRate, await foldNetwork({ ...input, ...about }));
    }
    heard.push({ corpora, networks });
  }
  const scores = await evaluateEmbedders({
    clips,
    labels,
    embedders,
    mels,
    cacheDirectory,
    seed,
    resamples,
    onProgress,
    folds: heard,
  });
  const leftOut = failed.map(({ clip, message }) => ({
    path: path.basename(clip.path),
    reason: message,
  }));
  const about = { command: input.command, createdAt: new Date().toISOString() };
  const report = embeddersReport(scores, dataset, leftOut, settings, about);
  await mkdir(outDirectory, { recursive: true });
  await writeFile(path.join(outDirectory, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(path.join(outDirectory, 'report.html'), embeddersPage(report));
  return report;
}

/** Runs of other folds, or of another data set, would have heard what they are asked about. */
async function claimRuns(folder: string, what: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'folds.json');
  const before = await readFile(file, 'utf8').catch(() => what);
  if (before !== what) {
    throw badOption(
      `Expected runs of these data and settings in ${folder}; choose another folder.`,
    );
  }
  await writeFile(file, what);
}

const badOption = (message: string): Error =>
  Object.assign(new Error(message), { code: 'BAD_OPTION' });
