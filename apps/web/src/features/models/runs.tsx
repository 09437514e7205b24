import { Code, Select, Skeleton, Stack, useComputedColorScheme } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { Chart } from '../../components/chart/chart.tsx';
import { palette } from '../../components/genres.ts';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { day } from '../../format.ts';
import { linesOption } from './charts.ts';
import { UseButton } from './installed.tsx';
import classes from './models.module.css';
import { NumberTable } from './number-table.tsx';
import { number } from './numbers.ts';
import { Panel } from './panel.tsx';

type Summaries = Outputs['models']['runs'];

/** An epoch of history.json. */
interface Epoch {
  epoch: number;
  labelLoss: number;
  contrastLoss: number;
  distillationLoss: number;
  clipsPerSecond: number;
  validation: {
    labelLoss: number;
    macroF1: number;
    macroAuc: number;
    accuracy: number;
    precisionAt5: number;
  };
}

export function Runs() {
  const trpc = useTRPC();
  const query = useQuery(trpc.models.runs.queryOptions());
  return (
    <Loaded query={query} skeleton={<Skeleton height={480} />}>
      {(runs) =>
        runs.length === 0 ? (
          <div className="panel">
            <EmptyState icon={IconChartLine} title="No training run yet">
              <Stack align="center" gap="sm">
                Consonance can learn from music with genres, also from your own library.
                <Code>consonance train --data library</Code>
              </Stack>
            </EmptyState>
          </div>
        ) : (
          <Chosen runs={runs} />
        )
      }
    </Loaded>
  );
}

function Chosen({ runs }: { runs: Summaries }) {
  const trpc = useTRPC();
  const [id, setId] = useState(runs[0]?.id ?? '');
  const query = useQuery(trpc.models.run.queryOptions({ id }, { refetchInterval: 15_000 }));
  return (
    <Stack gap="md">
      <Select
        label="Training run"
        maw={420}
        allowDeselect={false}
        data={runs.map(({ id: value, name, epochs, createdAt }) => ({
          value,
          label: `${name}, ${epochs} epochs, ${day(createdAt)}`,
        }))}
        value={id}
        onChange={(value) => value !== null && setId(value)}
      />
      <Loaded query={query} skeleton={<Skeleton height={480} />}>
        {(run) => (
          <>
            {/* The training that wrote it has typed it. */}
            {run.history.length > 0 && <Curves history={run.history as unknown as Epoch[]} />}
            <Panel title="Configuration" actions={<UseButton name={run.id} />}>
              <Code
                block
                className={classes.config ?? ''}
                tabIndex={0}
                role="region"
                aria-label="config.json"
              >
                {JSON.stringify(run.config, null, 2)}
              </Code>
            </Panel>
          </>
        )}
      </Loaded>
    </Stack>
  );
}

function Curves({ history }: { history: readonly Epoch[] }) {
  const scheme = useComputedColorScheme('light');
  const { losses, scores } = useMemo(() => curvesOf(history, scheme), [history, scheme]);
  const last = history.at(-1)!;
  return (
    <>
      <div className={classes.columns}>
        <Panel
          title="Losses"
          note="Of the training clips, and of the labels of the validation clips."
        >
          <Chart
            option={losses}
            height={300}
            label={`Losses over ${history.length} epochs; the label loss ends at ${number(last.labelLoss)}`}
          />
        </Panel>
        <Panel title="Validation scores" note="Of clips that the training does not see.">
          <Chart
            option={scores}
            height={300}
            label={`Scores over ${history.length} epochs; macro F1 ends at ${number(last.validation.macroF1)}`}
          />
        </Panel>
      </div>
      <Panel title="Epochs">
        <NumberTable
          label="Every epoch of the training"
          head={[
            'Epoch',
            'Label loss',
            'Validation loss',
            'Macro F1',
            'Macro AUC',
            'Accuracy',
            'P@5',
            'Clips/s',
          ]}
          rows={history.map(({ epoch, labelLoss, validation, clipsPerSecond }) => [
            epoch,
            number(labelLoss),
            number(validation.labelLoss),
            number(validation.macroF1),
            number(validation.macroAuc),
            number(validation.accuracy),
            number(validation.precisionAt5),
            number(clipsPerSecond, 0),
          ])}
        />
      </Panel>
    </>
  );
}

function curvesOf(history: readonly Epoch[], scheme: 'light' | 'dark') {
  const x = history.map(({ epoch }) => epoch);
  const line = (name: string, colour: number, value: (epoch: Epoch) => number | undefined) => ({
    name,
    x,
    y: history.map((epoch) => value(epoch) ?? null),
    colour: palette[scheme][colour] ?? '',
  });
  return {
    losses: linesOption({
      xName: 'epoch',
      isCounted: true,
      yName: 'loss',
      lines: [
        line('labels, training', 0, ({ labelLoss }) => labelLoss),
        line('labels, validation', 1, ({ validation }) => validation.labelLoss),
        line('contrast', 2, ({ contrastLoss }) => contrastLoss),
        line('distillation', 3, ({ distillationLoss }) => distillationLoss),
      ].filter(({ y }) => y.some((value) => value !== null && value !== 0)),
    }),
    scores: linesOption({
      xName: 'epoch',
      isCounted: true,
      yName: 'score',
      lines: [
        line('macro F1', 0, ({ validation }) => validation.macroF1),
        line('macro AUC', 1, ({ validation }) => validation.macroAuc),
        line('accuracy', 2, ({ validation }) => validation.accuracy),
        line('precision@5', 3, ({ validation }) => validation.precisionAt5),
      ],
    }),
  };
}
