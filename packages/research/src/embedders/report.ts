import { cpus } from 'node:os';
import type { Dataset } from '@consonance/models/training';
import { reference } from './evaluate.ts';
import type { EmbedderScores, EmbeddersReport } from './report-types.ts';

/** Everything around the scores. */
export function embeddersReport(
  embedders: EmbedderScores[],
  dataset: Pick<Dataset, 'name' | 'manifestHash' | 'labels'>,
  leftOut: EmbeddersReport['dataset']['leftOut'],
  settings: EmbeddersReport['settings'],
  about: { command: string; createdAt: string },
): EmbeddersReport {
  const perLabel = embedders[0]!.perLabel;
  return {
    kind: 'embedders',
    ...about,
    machine: `${cpus().length} x ${cpus()[0]?.model}`,
    dataset: {
      name: dataset.name,
      manifestHash: dataset.manifestHash,
      labels: dataset.labels,
      split: 'whole corpora left out',
      sides: [],
      testGroups: 0,
      leftOut,
    },
    findings: embedders.flatMap(finding),
    settings,
    queries: perLabel.reduce((sum, { queries }) => sum + queries, 0),
    embedders,
  };
}

function finding({ name, againstTimbre: { value, interval } }: EmbedderScores): string[] {
  if (name === reference || value === null || !interval) return [];
  const [low, high] = interval;
  const word = low > 0 ? 'better than' : high < 0 ? 'worse than' : 'not surely different from';
  const numbers = `${value.toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}`;
  return [`${name} is ${word} ${reference} statistics (precision@5 ${numbers}).`];
}
