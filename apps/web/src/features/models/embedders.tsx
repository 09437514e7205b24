import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { Chart } from '../../components/chart/chart.tsx';
import { palette } from '../../components/genres.ts';
import { count } from '../../format.ts';
import { intervalsOption } from './charts.ts';
import { EstimateCell, NumberTable } from './number-table.tsx';
import { number, pText } from './numbers.ts';
import { Panel } from './panel.tsx';
import type { EmbeddersReport } from './report-kinds.ts';

/** Embeddings on corpora that nothing was fitted to. */
export function Embedders({ report }: { report: EmbeddersReport }) {
  const { embedders, queries, settings } = report;
  const scheme = useComputedColorScheme('light');
  const option = useMemo(
    () =>
      intervalsOption(
        embedders.map(({ name, precisionAt5 }) => ({
          name,
          ...precisionAt5,
          colour: palette[scheme][0] ?? '',
        })),
        { xName: 'precision@5' },
      ),
    [embedders, scheme],
  );
  const labels = embedders[0]?.perLabel.map(({ label }) => label) ?? [];
  return (
    <>
      <Panel
        title="Embedders"
        note={`${count(queries)} recordings ask for their five nearest of other artists; ${settings.folds.length} times whole corpora are left out of the fitting. Hubness near 0 is best. Bold: the interval of the difference leaves 0 out.`}
      >
        <Chart
          option={option}
          height={30 * embedders.length + 56}
          label="Precision@5 of each embedder with intervals; the numbers are in the table"
        />
        <NumberTable
          label="Scores of the embedders"
          head={[
            'Embedder',
            'Precision@5',
            'Against timbre',
            'p',
            'Recall@50',
            'Silhouette',
            'Hubness',
            'Macro AUC',
          ]}
          rows={embedders.map((embedder) => [
            embedder.name,
            <EstimateCell key="p" estimate={embedder.precisionAt5} />,
            <EstimateCell key="d" estimate={embedder.againstTimbre} isDifference />,
            pText(embedder.againstTimbre.pValue),
            <EstimateCell key="r" estimate={embedder.recallAt50} />,
            <EstimateCell key="s" estimate={embedder.silhouette} />,
            number(embedder.hubness, 2),
            number(embedder.macroAuc),
          ])}
        />
      </Panel>
      <Panel title="Precision@5, genre by genre">
        <NumberTable
          label="Precision@5 of each genre and embedder"
          head={['Genre', 'Recordings', ...embedders.map(({ name }) => name)]}
          rows={labels.map((label) => [
            label,
            embedders[0]?.perLabel.find((scores) => scores.label === label)?.queries,
            ...embedders.map(({ name, perLabel }) => {
              const scores = perLabel.find((other) => other.label === label);
              return scores ? <EstimateCell key={name} estimate={scores.precisionAt5} /> : '–';
            }),
          ])}
        />
      </Panel>
    </>
  );
}
