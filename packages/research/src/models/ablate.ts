/** `consonance ablate`: why the CRNN wins, or does not. */
import { frontEndFrames } from '@consonance/audio';
import {
  defaultFrontEnd,
  type MelStore,
  openPredictor,
  parameterCount,
  type Predictor,
  sequenceSteps,
} from '@consonance/models/training';
import { seededRandom, shuffled } from '@consonance/statistics';
import type { Ablation, AblationReport } from '../report-types.ts';
import { ablationPage } from './ablation-page.ts';
import { ablationFindings } from './ablation-findings.ts';
import {
  header,
  openStudy,
  runAll,
  type StudyInput,
  summary,
  testSide,
  writeReport,
} from './compare.ts';
import { measureModels, type TestRun } from './estimates.ts';
import { type Disturbance, predictClips } from './predict.ts';
import { defaultSplit, type FinishedRun, networkRun, type Variant } from './runs.ts';
import { measureSaliency } from './saliency.ts';

const whole: Variant = { name: 'CRNN', architecture: 'crnn' };

/** Other networks, trained on the same data with the same seeds. */
const retrained: readonly (Variant & { note: string })[] = [
  {
    name: 'one GRU',
    architecture: 'crnn',
    gruLayers: 1,
    note: 'one recurrent layer instead of two',
  },
  {
    name: 'mean pooling',
    architecture: 'crnn',
    gruLayers: 0,
    pooling: 'mean',
    note: 'the convolutions averaged over time, no recurrence',
  },
  {
    name: 'flattening',
    architecture: 'crnn',
    gruLayers: 0,
    pooling: 'flatten',
    note: 'the time steps side by side, no recurrence: order without memory',
  },
];

const { sampleRate, hopLength } = defaultFrontEnd;
const clipSeconds = [3, 6, 12, 29];

/** The same weights, another input. */
function disturbances(seed: number): { name: string; note: string; how: Disturbance }[] {
  const random = seededRandom(seed);
  return [
    {
      name: 'time steps shuffled',
      note: 'before the GRU: what is there, in no order',
      how: { timeOrder: (steps) => shuffled([...Array(steps).keys()], random) },
    },
    {
      name: 'time steps reversed',
      note: 'before the GRU: the music backwards',
      how: { timeOrder: (steps) => [...Array(steps).keys()].reverse() },
    },
    ...clipSeconds.map((seconds) => ({
      name: `${seconds} s heard`,
      note: `the middle ${seconds} s of each window`,
      how: { change: (mel: Float32Array, melBands: number) => middle(mel, melBands, seconds) },
    })),
  ];
}

function middle(mel: Float32Array, melBands: number, seconds: number): Float32Array {
  const frames = mel.length / melBands;
  const kept = Math.min(frames, Math.round((seconds * sampleRate) / hopLength));
  const from = Math.floor((frames - kept) / 2);
  const part = new Float32Array(melBands * kept);
  for (let band = 0; band < melBands; band++)
    part.set(mel.subarray(band * frames + from, band * frames + from + kept), band * kept);
  return part;
}

export async function ablate(input: StudyInput): Promise<AblationReport> {
  const study = await openStudy(input);
  const { dataset, mels } = study;
  const by = defaultSplit(dataset);
  const finished = await runAll(study, [whole, ...retrained], by);
  const changes = disturbances(1).map(({ name, note }) => ({ name, note }));
  const wholeRuns = finished.filter(({ variant }) => variant.name === whole.name);
  const runs: TestRun[] = [];
  for (const run of wholeRuns) {
    input.onProgress(`time and length, seed ${run.seed}`);
    const ofSeed = finished.filter(({ seed }) => seed === run.seed);
    runs.push({
      ...testSide(run.split, dataset, run.seed),
      probabilities: await predictAll(run, ofSeed, mels),
    });
  }
  const names = [whole, ...retrained, ...changes].map(({ name }) => name);
  const measured = measureModels(runs, names, seededRandom(1), input.resamples);
  const describe = (name: string, note: string, kind: Ablation['kind']): Ablation => {
    const { accuracy, macroF1, macroAuc } = measured.scores(name);
    const { perLabel, ...difference } = measured.difference(name, whole.name);
    const network = finished.find(({ variant }) => variant.name === name)?.network;
    return {
      name,
      kind,
      note,
      accuracy,
      macroF1,
      macroAuc,
      perLabel,
      parameters: network ? parameterCount(network) : null,
      difference: {
        accuracy: difference.accuracy,
        macroF1: difference.macroF1,
        macroAuc: difference.macroAuc,
      },
    };
  };
  const ablations = [
    ...changes.map(({ name, note }) => describe(name, note, 'inference')),
    ...retrained.map(({ name, note }) => describe(name, note, 'retrained')),
  ];
  input.onProgress('saliency');
  const saliency = await withPredictor(wholeRuns[0]!, (predictor) =>
    measureSaliency(predictor, wholeRuns[0]!.split.test, mels, input.resamples),
  );
  const { accuracy, macroF1, macroAuc } = measured.scores(whole.name);
  const report: AblationReport = {
    kind: 'ablation',
    ...header(input),
    dataset: summary(study, by, finished),
    findings: ablationFindings(ablations, saliency),
    settings: {
      seeds: [...input.seeds],
      resamples: input.resamples,
      epochs: study.settings.config.epochs,
    },
    model: {
      name: `${whole.name} ${input.preset}`,
      parameters: parameterCount(wholeRuns[0]!.network),
      runs: wholeRuns.map(networkRun),
    },
    baseline: { accuracy, macroF1, macroAuc },
    ablations,
    saliency,
  };
  await writeReport(
    input.outDirectory,
    report,
    ablationPage(report, frontEndFrames(defaultFrontEnd)),
  );
  return report;
}

/** The network of a seed as it is and disturbed, and its retrained variants. */
async function predictAll(run: FinishedRun, ofSeed: readonly FinishedRun[], mels: MelStore) {
  const probabilities: Record<string, number[][]> = {};
  for (const other of ofSeed) {
    await withPredictor(other, async (predictor) => {
      probabilities[other.variant.name] = await predictClips(predictor, run.split.test, mels);
    });
  }
  await withPredictor(run, async (predictor) => {
    const stepsOf = (frames: number) => sequenceSteps(run.network, frames);
    for (const { name, how } of disturbances(run.seed)) {
      probabilities[name] = await predictClips(predictor, run.split.test, mels, how, stepsOf);
    }
  });
  return probabilities;
}

async function withPredictor<T>(
  { modelDirectory }: FinishedRun,
  work: (predictor: Predictor) => Promise<T>,
): Promise<T> {
  const predictor = await openPredictor(modelDirectory);
  try {
    return await work(predictor);
  } finally {
    predictor.close();
  }
}
