/** What the pages of the comparison and the ablation have in common. */
import { type Html, type LearningCurve, number, paragraph } from '@consonance/report';
import type { Difference, NetworkRun, ReportHeader } from '../report-types.ts';
import { range } from './findings.ts';

export function dataParagraph(
  { dataset, command, machine, createdAt }: ReportHeader<string>,
  { epochs, seeds, resamples }: { epochs: number; seeds: number[]; resamples: number },
): Html {
  const sides = dataset.sides.map(({ train, test }) => `${train} and ${test}`).join('; ');
  return paragraph(
    `${dataset.name}, split ${dataset.split}; clips for training and test: ${sides}; ` +
      `${dataset.testGroups} artists on the test sides. ${epochs} epochs, seeds ${seeds.join(', ')}, ` +
      `${resamples} resamples. Made by "${command}" on ${machine}, ${createdAt.slice(0, 10)}.`,
  );
}

export const withP = (difference: Difference): string =>
  `${range(difference)}, p ${number(difference.pValue)}`;

export const historyOf = ({ name, history }: NetworkRun): LearningCurve => ({
  name,
  history: history.map(({ epoch, labelLoss, macroF1, macroAuc, accuracy }) => ({
    epoch,
    labelLoss,
    validation: { macroF1, macroAuc, accuracy },
  })),
});
