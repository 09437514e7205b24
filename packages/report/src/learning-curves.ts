import type { Html } from './html.ts';
import { lineChart } from './charts.ts';
import { charts, page, paragraph } from './page.ts';

/** What is drawn of an epoch of training; the trainer's history has it. */
export interface Epoch {
  epoch: number;
  labelLoss: number;
  validation: {
    /** Binary cross-entropy of the validation clips, where it was measured. */
    labelLoss?: number;
    macroF1: number | null;
    macroAuc: number | null;
    accuracy: number | null;
  };
}

export interface LearningCurve {
  name: string;
  history: readonly Epoch[];
}

/** Loss and validation scores of one or several runs over the epochs. */
export function learningCurves(runs: readonly LearningCurve[]): Html {
  const prefix = (name: string) => (runs.length > 1 ? `${name} ` : '');
  const curve = (name: string, read: (epoch: Epoch) => number | null | undefined) =>
    runs
      .map((run) => ({
        name: `${prefix(run.name)}${name}`.trim(),
        x: run.history.map(({ epoch }) => epoch),
        y: run.history.map((epoch) => read(epoch) ?? null),
      }))
      .filter(({ y }) => y.some((value) => value !== null));
  const scores = { 'macro F1': 'macroF1', 'macro AUC': 'macroAuc', accuracy: 'accuracy' } as const;
  const chart = (title: string, series: ReturnType<typeof curve>) =>
    lineChart({ title, xName: 'epoch', yName: '', series });
  const losses = [
    ...curve('training', ({ labelLoss }) => labelLoss),
    ...curve('validation', ({ validation }) => validation.labelLoss),
  ];
  return charts(
    chart('Binary cross-entropy', losses),
    ...(runs.length === 1
      ? [
          chart(
            'Validation clips',
            Object.entries(scores).flatMap(([name, key]) =>
              curve(name, ({ validation }) => validation[key]),
            ),
          ),
        ]
      : Object.entries(scores).map(([name, key]) =>
          chart(
            `Validation clips: ${name}`,
            curve('', ({ validation }) => validation[key]),
          ),
        )),
  );
}

/** The learning curves of one run as a page of their own. */
export const learningCurvesPage = (title: string, history: readonly Epoch[]): string =>
  page(
    title,
    paragraph(
      'Training loss with dropout and augmentation, against clips of artists that training never heard.',
    ),
    learningCurves([{ name: title, history }]),
  );
