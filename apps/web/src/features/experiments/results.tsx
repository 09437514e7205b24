import { Anchor, Button, Group, Skeleton, Stack } from '@mantine/core';
import { IconDownload, IconExternalLink } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type Outputs, useTRPC, useTRPCClient } from '../../api/trpc.ts';
import { Loaded } from '../../components/states.tsx';
import { download } from '../../download.ts';
import { Panel } from '../models/panel.tsx';
import classes from './experiments.module.css';
import { Hash, PlanSummary } from './plan-summary.tsx';
import { LikesOfArms, LikesOfParticipants } from './result-charts.tsx';
import { SecondaryTests, Tests } from './result-tables.tsx';
import type { StudyDetails } from './study.tsx';

export type Report = Outputs['studies']['report']['report'];

/** What a closed study found. */
export function Results({ study }: { study: StudyDetails }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.studies.report.queryOptions({ id: study.id }));
  return (
    <>
      <Loaded query={query} skeleton={<Skeleton height={480} />}>
        {({ report, findings }) => (
          <>
            <Panel title="Findings" actions={<Files id={study.id} />}>
              <Stack gap={6} component="ul" className={classes.findings}>
                {findings.map((finding) => (
                  <li key={finding}>{finding}</li>
                ))}
              </Stack>
            </Panel>
            <div className={classes.columns}>
              <LikesOfArms report={report} />
              <LikesOfParticipants report={report} />
            </div>
            <Tests report={report} />
            {report.secondary.length > 0 && <SecondaryTests report={report} />}
          </>
        )}
      </Loaded>
      <Hash study={study} />
      <PlanSummary plan={study.plan} />
    </>
  );
}

function Files({ id }: { id: string }) {
  const client = useTRPCClient();
  const save = useMutation({
    mutationFn: (kind: 'exportCsv' | 'codebook') => client.studies[kind].query({ id }),
    onSuccess: download,
  });
  const icon = <IconDownload size={14} stroke={1.7} aria-hidden />;
  return (
    <Group gap="sm">
      <Anchor size="sm" href={`/study/report/${id}`} target="_blank">
        As a page <IconExternalLink size={13} aria-hidden />
      </Anchor>
      <Button
        size="xs"
        variant="default"
        leftSection={icon}
        onClick={() => save.mutate('exportCsv')}
      >
        Ratings as CSV
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={icon}
        onClick={() => save.mutate('codebook')}
      >
        Codebook
      </Button>
    </Group>
  );
}
