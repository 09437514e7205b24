import { SegmentedControl, Select, useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { Curve, NetworkRun } from '@consonance/research/report-types';
import { Chart } from '../../components/chart/chart.tsx';
import { genreColourIn, palette } from '../../components/genres.ts';
import { count } from '../../format.ts';
import { heatOption, intervalsOption, linesOption } from './charts.ts';
import classes from './models.module.css';
import { EstimateCell, NumberTable } from './number-table.tsx';
import { number, pText } from './numbers.ts';
import { Panel } from './panel.tsx';
import type { ComparisonReport } from './report-kinds.ts';

type Model = ComparisonReport['models'][number];

const byLabel = {
  f1: 'F1',
  auc: 'AUC',
  averagePrecision: 'Average precision',
  precision: 'Precision',
  recall: 'Recall',
};
type LabelMetric = keyof typeof byLabel;

/** CNN, CRNN and baselines on the same clips. */
export function Comparison({ report }: { report: ComparisonReport }) {
  const { models, differences, leak, dataset } = report;
  return (
    <>
      <Panel
        title="Scores"
        note="On clips that no training has seen; below each number the interval that holds 95 % of its bootstrap resamples."
      >
        <NumberTable
          label="Scores of each model"
          head={[
            'Model',
            'Parameters',
            'Accuracy',
            'Macro F1',
            'Macro AUC',
            'Average precision',
            'Calibration error',
          ]}
          rows={models.map(({ name, parameters, scores }) => [
            name,
            parameters === null ? '–' : count(parameters),
            <EstimateCell key="a" estimate={scores.accuracy} />,
            <EstimateCell key="f" estimate={scores.macroF1} />,
            <EstimateCell key="u" estimate={scores.macroAuc} />,
            <EstimateCell key="p" estimate={scores.macroAveragePrecision} />,
            <EstimateCell key="c" estimate={scores.calibrationError} />,
          ])}
        />
      </Panel>
      <Panel
        title="Differences"
        note="First model minus second, on the same clips; bold where the interval leaves 0 out. McNemar’s test is of the accuracy of each run."
      >
        <NumberTable
          label="Differences between models"
          head={['Models', 'Accuracy', 'Macro F1', 'p', 'Macro AUC', 'p', 'McNemar p']}
          rows={differences.map(({ a, b, accuracy, macroF1, macroAuc, mcNemar }) => [
            `${a} − ${b}`,
            <EstimateCell key="a" estimate={accuracy} isDifference />,
            <EstimateCell key="f" estimate={macroF1} isDifference />,
            pText(macroF1.pValue),
            <EstimateCell key="u" estimate={macroAuc} isDifference />,
            pText(macroAuc.pValue),
            mcNemar.map(({ exactPValue }) => pText(exactPValue)).join(', '),
          ])}
        />
      </Panel>
      {leak.length > 0 && (
        <Panel
          title="Split by artist and at random"
          note="Split at random, a network hears an artist in training and in the test: it is rewarded for knowing voices."
        >
          <NumberTable
            label="Scores by the kind of split"
            head={['Model', 'F1 by artist', 'F1 at random', 'AUC by artist', 'AUC at random']}
            rows={leak.map(({ model, byArtist, atRandom }) => [
              model,
              <EstimateCell key="1" estimate={byArtist.macroF1} />,
              <EstimateCell key="2" estimate={atRandom.macroF1} />,
              <EstimateCell key="3" estimate={byArtist.macroAuc} />,
              <EstimateCell key="4" estimate={atRandom.macroAuc} />,
            ])}
          />
        </Panel>
      )}
      <PerGenre models={models} labels={dataset.labels} />
      <OneModel models={models} labels={dataset.labels} />
    </>
  );
}

function PerGenre({ models, labels }: { models: readonly Model[]; labels: readonly string[] }) {
  const scheme = useComputedColorScheme('light');
  const [metric, setMetric] = useState<LabelMetric>('f1');
  const [label, setLabel] = useState(labels[0] ?? '');
  const scoreOf = (model: Model, of: string) =>
    model.scores.perLabel.find((scores) => scores.label === of);
  const option = useMemo(
    () =>
      intervalsOption(
        models.map((model, index) => ({
          ...(scoreOf(model, label)?.[metric] ?? { value: null, interval: null }),
          name: model.name,
          colour: palette[scheme][index % palette[scheme].length] ?? '',
        })),
        { xName: `${byLabel[metric]} of ${label}` },
      ),
    [models, label, metric, scheme],
  );
  const support = (of: string) => models[0] && scoreOf(models[0], of)?.support;
  return (
    <Panel
      title="Genre by genre"
      actions={
        <Select
          aria-label="Measure"
          size="xs"
          allowDeselect={false}
          data={Object.entries(byLabel).map(([value, name]) => ({ value, label: name }))}
          value={metric}
          onChange={(value) => setMetric(value as LabelMetric)}
        />
      }
    >
      <NumberTable
        label={`${byLabel[metric]} of each genre and model`}
        head={['Genre', 'Clips', ...models.map(({ name }) => name)]}
        rows={labels.map((of) => [
          of,
          support(of),
          ...models.map((model): ReactNode => {
            const scores = scoreOf(model, of);
            return scores ? <EstimateCell key={model.name} estimate={scores[metric]} /> : '–';
          }),
        ])}
      />
      <Select
        label="Drawn"
        size="xs"
        maw={200}
        allowDeselect={false}
        data={[...labels]}
        value={label}
        onChange={(value) => value !== null && setLabel(value)}
      />
      <Chart
        option={option}
        height={30 * models.length + 56}
        label={`${byLabel[metric]} of ${label} with intervals; the numbers are in the table`}
      />
    </Panel>
  );
}

const curveKinds = { roc: 'ROC', precisionRecall: 'Precision and recall' };
type CurveKind = keyof typeof curveKinds;

function OneModel({ models, labels }: { models: readonly Model[]; labels: readonly string[] }) {
  const [name, setName] = useState(models[0]?.name ?? '');
  const model = models.find((other) => other.name === name);
  return (
    <>
      <Select
        label="Model"
        maw={280}
        allowDeselect={false}
        data={models.map((other) => other.name)}
        value={name}
        onChange={(value) => value !== null && setName(value)}
      />
      {model && (
        <div className={classes.columns}>
          <Curves model={model} />
          <Confusion model={model} labels={labels} />
          <Calibration model={model} />
          {model.runs.length > 0 && <LearningCurves runs={model.runs} />}
        </div>
      )}
    </>
  );
}

function Curves({ model }: { model: Model }) {
  const scheme = useComputedColorScheme('light');
  const [kind, setKind] = useState<CurveKind>('roc');
  const option = useMemo(() => {
    const isRoc = kind === 'roc';
    return linesOption({
      xName: isRoc ? 'false positive rate' : 'recall',
      yName: isRoc ? 'true positive rate' : 'precision',
      lines: model[kind].map(({ label, x, y }: Curve) => ({
        name: label,
        x,
        y,
        colour: genreColourIn(scheme, label),
      })),
      isShare: true,
      hasDiagonal: isRoc,
    });
  }, [model, kind, scheme]);
  const areas = model.scores.perLabel.map(
    ({ label, auc, averagePrecision }) =>
      `${label} ${number((kind === 'roc' ? auc : averagePrecision).value)}`,
  );
  return (
    <Panel
      title={curveKinds[kind]}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Curve"
          value={kind}
          onChange={(value) => setKind(value as CurveKind)}
          data={[
            { value: 'roc', label: 'ROC' },
            { value: 'precisionRecall', label: 'Precision, recall' },
          ]}
        />
      }
    >
      <Chart
        option={option}
        height={380}
        label={`${curveKinds[kind]} of each genre; areas: ${areas.join(', ')}`}
      />
    </Panel>
  );
}

function Confusion({ model, labels }: { model: Model; labels: readonly string[] }) {
  const scheme = useComputedColorScheme('light');
  const option = useMemo(
    () =>
      heatOption({
        values: model.confusion,
        columns: labels,
        rows: labels,
        xName: 'heard as',
        yName: 'is',
        colours: scheme === 'dark' ? ['#262b2f', '#0b7a73'] : ['#f5f7f8', '#49b3ac'],
        hasNumbers: true,
      }),
    [model, labels, scheme],
  );
  const right = model.confusion.map(
    (row, i) => `${labels[i]} ${row[i]} of ${row.reduce((a, b) => a + b, 0)}`,
  );
  return (
    <Panel title="Confusion matrix">
      <Chart
        option={option}
        height={380}
        label={`Clips heard as what they are: ${right.join(', ')}`}
      />
    </Panel>
  );
}

function Calibration({ model }: { model: Model }) {
  const option = useMemo(() => {
    const bins = model.reliability.filter(({ meanProbability }) => meanProbability !== null);
    return linesOption({
      xName: 'mean probability',
      yName: 'share that is true',
      lines: [
        {
          name: model.name,
          x: bins.map(({ meanProbability }) => meanProbability ?? 0),
          y: bins.map(({ shareTrue }) => shareTrue),
        },
      ],
      isShare: true,
      hasDiagonal: true,
    });
  }, [model]);
  return (
    <Panel
      title="Calibration"
      note={`On the diagonal, of the genres given 70 % probability 70 % are right. Expected calibration error ${number(model.scores.calibrationError.value)}, Brier score ${number(model.scores.brier.value)}.`}
    >
      <Chart
        option={option}
        height={320}
        label={`Share of true genres over their probability: ${model.reliability
          .filter(({ shareTrue }) => shareTrue !== null)
          .map(
            ({ meanProbability, shareTrue }) =>
              `${number(meanProbability, 2)}: ${number(shareTrue, 2)}`,
          )
          .join(', ')}`}
      />
    </Panel>
  );
}

/** Validation AUC of networks over their training. */
export function LearningCurves({ runs }: { runs: readonly NetworkRun[] }) {
  const option = useMemo(
    () =>
      linesOption({
        xName: 'epoch',
        isCounted: true,
        yName: 'validation macro AUC',
        lines: runs.map(({ name, history }) => ({
          name,
          x: history.map(({ epoch }) => epoch),
          y: history.map(({ macroAuc }) => macroAuc),
        })),
      }),
    [runs],
  );
  return (
    <Panel title="Learning curves">
      <Chart
        option={option}
        height={300}
        label={`Validation AUC over the epochs; best epochs: ${runs
          .map(({ name, bestEpoch }) => `${name} ${bestEpoch}`)
          .join(', ')}`}
      />
    </Panel>
  );
}
