import type { FrontEnd } from '@consonance/audio';
import { embeddingDimensions, type NetworkConfig, parameterCount } from '../network-config.ts';
import type { TrainingConfig } from './config.ts';
import type { TrainingResult } from './trainer.ts';

/** What a run ran on; saved as environment.json. */
export interface Environment {
  /** ISO 8601. */
  date: string;
  machine: string;
  versions: Record<string, string>;
  /** Of the program; empty where git does not know. */
  commit: string;
}

/** All that is known of a training run; saved as run.json. */
export interface TrainingRun extends TrainingResult, Environment {
  command: string;
  manifestHash: string;
  /** How the clips were split, in words. */
  split: string;
  /** Clips of each side of the split. */
  clips: Record<string, number>;
  trainSeconds: number;
  config: TrainingConfig;
  frontEnd: FrontEnd;
  network: NetworkConfig;
}

/** The model card of a run, as Markdown. `about` says what only a person knows: data and licences. */
export function modelCard(run: TrainingRun, about: string): string {
  const { config, network, test, history, bestEpoch } = run;
  const validation = history[bestEpoch - 1]!.validation;
  const sides = { validation, test };
  const measures = {
    'macro F1 at 0.5': 'macroF1',
    'macro AUC': 'macroAuc',
    'top-1 accuracy': 'accuracy',
    'precision@5 by genre, among all clips': 'precisionAt5',
    'precision@5 by genre, recordings only': 'recordedPrecisionAt5',
  } as const;
  const table = (header: string[], rows: (string | number)[][]) =>
    [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const number = (value: number) =>
    Number.isNaN(value) || value === null ? '-' : value.toFixed(3);
  return `# Model card: ${run.modelId}

${network.gruUnits.length > 0 ? 'CRNN' : 'CNN'} with ${network.convolutions.length} convolution and ${network.gruUnits.length} GRU layers, ${parameterCount(network)} parameters,
embedding of ${embeddingDimensions(network)} numbers; genres: ${network.labels.join(', ')}.

${about.trim()}

## Training

- Command: \`${run.command}\`, seed ${config.seed}, commit ${run.commit.slice(0, 12) || 'unknown'}, ${run.date.slice(0, 10)}
- Machine: ${run.machine}; ${Object.entries(run.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}; ${run.trainSeconds} s
- Manifest: SHA-256 ${run.manifestHash}
- Clips: ${Object.entries(run.clips)
    .map(([side, count]) => `${side} ${count}`)
    .join(', ')}; split ${run.split}
- Configuration, front end and network: run.json

## Held-out clips

Epoch ${bestEpoch} of ${history.length} was chosen on the validation clips, so only the test column is untouched. Precision@5: the five nearest
among held-out and training clips (for validation at most 500 of these), the query's artist and work left out.

${table(
  ['measure', ...Object.keys(sides)],
  Object.entries(measures).map(([name, key]) => [
    name,
    ...Object.values(sides).map((evaluation) => number(evaluation[key])),
  ]),
)}

Test clips by genre:

${table(
  ['genre', 'clips', 'precision', 'recall', 'F1', 'AUC'],
  test.perLabel.map(({ label, support, precision, recall, f1, auc }) => [
    ...[label, support],
    ...[precision, recall, f1, auc].map(number),
  ]),
)}
`;
}
