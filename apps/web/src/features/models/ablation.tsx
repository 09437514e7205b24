import { SegmentedControl, Select, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Chart } from '../../components/chart/chart.tsx';
import { palette } from '../../components/genres.ts';
import { count } from '../../format.ts';
import { heatOption, intervalsOption, linesOption } from './charts.ts';
import { LearningCurves } from './comparison.tsx';
import classes from './models.module.css';
import { EstimateCell, NumberTable } from './number-table.tsx';
import { number } from './numbers.ts';
import { Panel } from './panel.tsx';
import type { AblationReport } from './report-kinds.ts';

type Saliency = AblationReport['saliency'][number];

const metrics = { macroF1: 'macro F1', macroAuc: 'macro AUC', accuracy: 'accuracy' };
type Metric = keyof typeof metrics;

/** What a network loses when something is taken from it. */
export function Ablation({ report }: { report: AblationReport }) {
  const { model, baseline, ablations, saliency } = report;
  const scheme = useComputedColorScheme('light');
  const [metric, setMetric] = useState<Metric>('macroAuc');
  const option = useMemo(
    () =>
      intervalsOption(
        ablations.map(({ name, kind, difference }) => ({
          name,
          ...difference[metric],
          colour: palette[scheme][kind === 'inference' ? 0 : 1] ?? '',
        })),
        { xName: `change of ${metrics[metric]}`, isDifference: true },
      ),
    [ablations, metric, scheme],
  );
  return (
    <>
      <Panel
        title={`${model.name}, taken apart`}
        note={`The network as it is: ${Object.entries(metrics)
          .map(([key, name]) => `${name} ${number(baseline[key as Metric].value)}`)
          .join(
            ', ',
          )}; ${count(model.parameters)} parameters. Each change minus that; bold where the interval leaves 0 out.`}
        actions={
          <SegmentedControl
            size="xs"
            aria-label="Measure"
            value={metric}
            onChange={(value) => setMetric(value as Metric)}
            data={Object.entries(metrics).map(([value, label]) => ({ value, label }))}
          />
        }
      >
        <Chart
          option={option}
          height={30 * ablations.length + 56}
          label={`Change of ${metrics[metric]} by each ablation; the numbers are in the table`}
        />
        <NumberTable
          label="What each change does"
          head={['Change', 'How', 'Accuracy', 'Macro F1', 'Macro AUC']}
          rows={ablations.map(({ name, note, kind, difference }) => [
            <span key="n" className={classes.named}>
              {name}
              <span className={`quiet ${classes.note}`}>{note}</span>
            </span>,
            kind === 'inference' ? 'same weights' : 'trained anew',
            <EstimateCell key="a" estimate={difference.accuracy} isDifference />,
            <EstimateCell key="f" estimate={difference.macroF1} isDifference />,
            <EstimateCell key="u" estimate={difference.macroAuc} isDifference />,
          ])}
        />
      </Panel>
      {saliency.length > 0 && <WhatCounts saliency={saliency} />}
      <LearningCurves runs={model.runs} />
    </>
  );
}

function WhatCounts({ saliency }: { saliency: readonly Saliency[] }) {
  const [label, setLabel] = useState(saliency[0]?.label ?? '');
  const genre = saliency.find((other) => other.label === label);
  return (
    <>
      <Select
        label="Genre"
        maw={280}
        allowDeselect={false}
        data={saliency.map((other) => other.label)}
        value={label}
        onChange={(value) => value !== null && setLabel(value)}
      />
      {genre && <Hidden genre={genre} />}
    </>
  );
}

/** What hiding frequencies or time costs a genre. */
function Hidden({ genre }: { genre: Saliency }) {
  const { label, clips, frequencies, byFrequency, seconds, byTime, mel } = genre;
  const frequency = useMemo(
    () =>
      linesOption({
        xName: 'hidden around, kHz',
        yName: 'cost, logits',
        lines: band(
          frequencies.map((hertz) => hertz / 1000),
          byFrequency,
        ),
      }),
    [frequencies, byFrequency],
  );
  const time = useMemo(
    () =>
      linesOption({
        xName: 'hidden around, seconds',
        yName: 'cost, logits',
        lines: band(seconds, byTime),
      }),
    [seconds, byTime],
  );
  const spectrogram = useMemo(
    () =>
      heatOption({
        values: mel,
        columns: (mel[0] ?? []).map((_, i) => String(i + 1)),
        rows: mel.map((_, i) => String(i + 1)),
        xName: 'time',
        yName: 'mel band, low to high',
        colours: ['#000004', '#3b0f70', '#8c2981', '#de4968', '#fe9f6d', '#fcfdbf'],
        isUpward: true,
      }),
    [mel],
  );
  return (
    <>
      <div className={classes.columns}>
        <Panel
          title={`Frequencies of ${label}`}
          note="What hiding a stretch of bands takes from the genre’s score, mean over its clips; broken: 95 % interval."
        >
          <Chart
            option={frequency}
            height={280}
            label={costs('kHz', frequencies, byFrequency, 1000)}
          />
        </Panel>
        <Panel title={`Time of ${label}`} note="The same for hiding a stretch of time.">
          <Chart option={time} height={280} label={costs('s', seconds, byTime, 1)} />
        </Panel>
      </div>
      <Panel title="Mean mel spectrogram" note={`Of ${clips} clips, dB below the loudest cell.`}>
        <Chart option={spectrogram} height={280} label={`Mean mel spectrogram of ${label}`} />
      </Panel>
    </>
  );
}

function band(x: readonly number[], estimates: Saliency['byTime']) {
  const side = (name: string, index: 0 | 1) => ({
    name,
    x,
    isDashed: true,
    colour: '#8a979f',
    y: estimates.map(({ interval }) => interval?.[index] ?? null),
  });
  const mean = { name: 'mean', x, y: estimates.map(({ value }) => value) };
  // Of too few clips there is no interval.
  const isKnown = estimates.some(({ interval }) => interval !== null);
  return isKnown ? [mean, side('low', 0), side('high', 1)] : [mean];
}

const costs = (unit: string, at: readonly number[], estimates: Saliency['byTime'], per: number) =>
  `Cost of hiding: ${at
    .map((place, i) => `${number(place / per, 1)} ${unit} ${number(estimates[i]?.value, 2)}`)
    .join(', ')}`;
