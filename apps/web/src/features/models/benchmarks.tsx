import { Code, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { day } from '../../format.ts';
import { NumberTable } from './number-table.tsx';
import { Panel } from './panel.tsx';
import type { BenchmarkTable, BenchmarksReport } from './report-kinds.ts';
import classes from './models.module.css';

type Cell = BenchmarkTable['rows'][number][string] | undefined;

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** How fast Consonance is, and the libraries that do the same. */
export function Benchmarks({ report }: { report: BenchmarksReport }) {
  return report.parts.map(({ part, title, about, createdAt, machine, tables }) => (
    <Panel key={part} title={title} note={withCode(about)}>
      <Text size="xs" className="quiet">
        {machine} · {day(createdAt)} · 95 % intervals
      </Text>
      {tables.map((table) => (
        <Stack key={table.title} gap="xs">
          <Title order={3} size="h6">
            {table.title}
          </Title>
          <NumberTable
            label={`${title}: ${table.title}`}
            head={table.columns.map(
              ({ title: name, unit }) => `${name}${unit === undefined ? '' : `, ${unit}`}`,
            )}
            rows={table.rows.map((row) => table.columns.map(({ name }) => cell(row[name])))}
          />
        </Stack>
      ))}
    </Panel>
  ));
}

function cell(value: Cell): ReactNode {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return digits.format(value);
  return (
    <span className={classes.estimate}>
      {digits.format(value.value)}
      <span className={`quiet ${classes.interval}`}>
        {value.interval.map((end) => digits.format(end)).join(' to ')}
      </span>
    </span>
  );
}

/** Text with `names` as in Markdown. */
const withCode = (text: string) =>
  text.split('`').map((part, i) => (i % 2 === 1 ? <Code key={i}>{part}</Code> : part));
