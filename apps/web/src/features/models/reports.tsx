import { Anchor, Code, Group, Select, Skeleton, Stack, Text } from '@mantine/core';
import { IconChartBar, IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { day } from '../../format.ts';
import classes from './models.module.css';
import { type ReportKind, type ReportOf, reportKinds } from './report-kinds.ts';

type Summary = Outputs['models']['reports'][number];

interface ReportsProps<Kind extends ReportKind> {
  kind: Kind;
  draw: ComponentType<{ report: ReportOf[Kind] }>;
}

/** The reports of a kind, the latest first, or the command that makes one. */
export function Reports<Kind extends ReportKind>({ kind, draw }: ReportsProps<Kind>) {
  const trpc = useTRPC();
  const query = useQuery(trpc.models.reports.queryOptions());
  return (
    <Loaded query={query} skeleton={<Skeleton height={480} />}>
      {(all) => {
        const reports = all.filter((report) => report.kind === kind);
        return reports.length === 0 ? (
          <div className="panel">
            <EmptyState icon={IconChartBar} title="No report yet">
              <Stack align="center" gap="sm">
                {reportKinds[kind].about}
                <Code>{reportKinds[kind].command}</Code>
              </Stack>
            </EmptyState>
          </div>
        ) : (
          <Chosen reports={reports} draw={draw} />
        );
      }}
    </Loaded>
  );
}

interface ChosenProps<Kind extends ReportKind> {
  reports: readonly Summary[];
  draw: ComponentType<{ report: ReportOf[Kind] }>;
}

function Chosen<Kind extends ReportKind>({ reports, draw: Draw }: ChosenProps<Kind>) {
  const trpc = useTRPC();
  const [id, setId] = useState(reports[0]?.id ?? '');
  const query = useQuery(trpc.models.report.queryOptions({ id }));
  const summary = reports.find((report) => report.id === id);
  return (
    <Stack gap="md">
      {reports.length > 1 && (
        <Select
          label="Report"
          maw={420}
          allowDeselect={false}
          data={reports.map(({ id: value, name, createdAt }) => ({
            value,
            label: `${name}, ${day(createdAt)}`,
          }))}
          value={id}
          onChange={(value) => value !== null && setId(value)}
        />
      )}
      <Loaded query={query} skeleton={<Skeleton height={480} />}>
        {/* The command that wrote it has typed it. */}
        {({ report }) => (
          <>
            {summary && <Head summary={summary} report={report as unknown as ReportOf[Kind]} />}
            <Draw report={report as unknown as ReportOf[Kind]} />
          </>
        )}
      </Loaded>
    </Stack>
  );
}

function Head({ summary, report }: { summary: Summary; report: ReportOf[ReportKind] }) {
  const { id, createdAt, command, isShipped, hasPage } = summary;
  const findings = report.kind === 'recommenders' ? report.limits : report.findings;
  return (
    <section className={`panel ${classes.panel}`} aria-label="What the report says">
      <Stack gap={6} component="ul" className={classes.findings}>
        {findings.map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </Stack>
      <Group gap="xs" className={`quiet ${classes.origin}`}>
        <Text size="xs">
          {[...describe(report), day(createdAt)].join(' · ')}
          {report.kind !== 'recommenders' && ` · ${report.machine}`}
          {isShipped && ' · comes with Consonance'}
        </Text>
        {hasPage && (
          <Anchor size="xs" href={`/reports/${id}`} target="_blank">
            As a page <IconExternalLink size={12} aria-hidden />
          </Anchor>
        )}
      </Group>
      <Code block className={classes.command ?? ''}>
        {command}
      </Code>
    </section>
  );
}

/** What it was measured on, where the report has one answer. */
function describe(report: ReportOf[ReportKind]): string[] {
  if (report.kind === 'benchmarks') return [];
  if (report.kind === 'recommenders') {
    const { name, users, items, pairs } = report.dataset;
    return [`${name}: ${users} listeners, ${items} items, ${pairs} pairs`];
  }
  const { name, split, sides, testGroups } = report.dataset;
  const [side] = sides;
  const words = [
    `Data set ${name}, split ${split}`,
    ...(side ? [`${side.train} / ${side.validation} / ${side.test} clips`] : []),
    ...(testGroups > 0 ? [`${testGroups} artists tested on`] : []),
  ];
  return [words.join(', ')];
}
