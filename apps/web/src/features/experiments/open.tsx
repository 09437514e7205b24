import { Alert, Button, Group, Modal, Progress, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { Loaded, Rows } from '../../components/states.tsx';
import { count } from '../../format.ts';
import { Panel } from '../models/panel.tsx';
import classes from './experiments.module.css';
import { Hash, PlanSummary } from './plan-summary.tsx';
import { Invitations } from './invitations.tsx';
import type { StudyDetails } from './study.tsx';

const progressMilliseconds = 3000;

/** A study that runs: who came so far, and nothing about what they answered. */
export function Open({ study }: { study: StudyDetails }) {
  const trpc = useTRPC();
  const progress = useQuery(
    trpc.studies.progress.queryOptions({ id: study.id }, { refetchInterval: progressMilliseconds }),
  );
  const isComplete = progress.data && progress.data.finished >= progress.data.sampleSize;
  return (
    <>
      <Invitations id={study.id} />
      <Panel
        title="Progress"
        note="What was answered stays hidden until the study is closed: whoever looks and stops when it suits finds differences that are not there."
      >
        <Loaded query={progress} skeleton={<Rows count={1} height={72} />}>
          {({ invited, started, finished, withdrawn, ratings, sampleSize }) => (
            <>
              <Progress
                value={Math.min(100, (100 * finished) / sampleSize)}
                size="md"
                aria-label="Participants who finished, of those planned"
              />
              <div role="status">
                <dl className={classes.numbers} aria-label="Progress">
                  {Object.entries({
                    'finished of planned': `${count(finished)} / ${count(sampleSize)}`,
                    invited: count(invited),
                    started: count(started),
                    ratings: count(ratings),
                    'deleted their answers': count(withdrawn),
                  }).map(([name, value]) => (
                    <div key={name}>
                      <dt>{name}</dt>
                      <dd>{value}</dd>
                    </div>
                  ))}
                </dl>
              </div>
            </>
          )}
        </Loaded>
        <Close id={study.id} isEarly={!isComplete} />
      </Panel>
      <Hash study={study} />
      <PlanSummary plan={study.plan} />
    </>
  );
}

function Close({ id, isEarly }: { id: string; isEarly: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const closeStudy = useMutation(
    trpc.studies.close.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.studies.pathKey() }),
    }),
  );
  return (
    <>
      <Button variant="default" w="fit-content" onClick={open}>
        Close the study
      </Button>
      <Modal opened={opened} onClose={close} title="Close the study?">
        <Text size="sm">No more answers are taken, and the report is shown. This is final.</Text>
        {isEarly && (
          <Alert color="yellow" mt="sm">
            Fewer participants finished than planned; the report will say so.
          </Alert>
        )}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Keep it open
          </Button>
          <Button loading={closeStudy.isPending} onClick={() => closeStudy.mutate({ id })}>
            Close and analyse
          </Button>
        </Group>
      </Modal>
    </>
  );
}
