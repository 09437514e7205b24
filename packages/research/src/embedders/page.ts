import { intervalChart, list, number, page, paragraph, section, table } from '@consonance/report';
import type { Estimate } from '../report-types.ts';
import type { EmbeddersReport } from './report-types.ts';

/** The report as a page that needs nothing else. */
export function embeddersPage(report: EmbeddersReport): string {
  const { embedders, settings, dataset, queries } = report;
  const withInterval = ({ value, interval }: Estimate) =>
    interval
      ? `${number(value)} [${interval.map((end) => number(end)).join(', ')}]`
      : number(value);
  const labels = embedders[0]?.perLabel.map(({ label }) => label) ?? [];
  return page(
    'Which embedding finds songs of the same genre?',
    paragraph(
      `${queries} recordings of ${dataset.name}, each a query among all others but those of its artist and work. ` +
        `Everything that is fitted or trained was fitted and trained without the query's corpus (${settings.folds.length} folds of whole corpora). ` +
        'Means over the genres; intervals hold 95 % of the resamples of the artists.',
    ),
    section('Findings', list(report.findings)),
    section(
      'Precision@5 by genre',
      intervalChart({
        title: 'Precision@5, mean over the genres',
        xName: 'precision@5',
        rows: embedders.map(({ name, precisionAt5 }) => ({ name, ...precisionAt5 })),
      }),
      intervalChart({
        title: 'Precision@5 less that of timbre',
        xName: 'difference',
        rows: embedders.map(({ name, againstTimbre }) => ({ name, ...againstTimbre })),
      }),
      table(
        [
          'embedder',
          'precision@5',
          'less timbre',
          'recall@50',
          'silhouette',
          'hubness',
          'macro AUC',
          'calibration error',
        ],
        embedders.map((row) => [
          row.name,
          withInterval(row.precisionAt5),
          withInterval(row.againstTimbre),
          withInterval(row.recallAt50),
          withInterval(row.silhouette),
          number(row.hubness, 2),
          number(row.macroAuc),
          number(row.calibrationError),
        ]),
      ),
      table(
        ['embedder', ...labels],
        embedders.map(({ name, perLabel }) => [
          name,
          ...perLabel.map(({ precisionAt5 }) => number(precisionAt5.value, 2)),
        ]),
        'Precision@5 of each genre',
      ),
    ),
    section(
      'Folds',
      list(settings.folds.map((corpora) => corpora.join(', '))),
      paragraph(`Made by: ${report.command}`),
    ),
  );
}
