import type { ComparisonReport, Estimate } from '../report-types.ts';

/** A line for each model and genre, and one for the means: each score with its interval. */
export function comparisonCsv({ models }: ComparisonReport): string {
  const columns = ['precision', 'recall', 'f1', 'auc', 'averagePrecision'] as const;
  const cells = (estimates: readonly Estimate[]) =>
    estimates.flatMap(({ value, interval }) => [value, ...(interval ?? [null, null])]);
  const rows = models.flatMap(({ name, scores }) => [
    ...scores.perLabel.map((label) => [
      ...[name, label.label, label.support],
      ...cells(columns.map((column) => label[column])),
    ]),
    [
      ...[name, 'mean', scores.perLabel.reduce((sum, { support }) => sum + support, 0)],
      ...cells([
        ...[scores.macroPrecision, scores.macroRecall, scores.macroF1],
        ...[scores.macroAuc, scores.macroAveragePrecision],
      ]),
    ],
  ]);
  const header = [
    ...['model', 'label', 'support'],
    ...columns.flatMap((column) => [column, `${column}Low`, `${column}High`]),
  ];
  const cell = (value: string | number | null) =>
    /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : (value ?? '');
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}
