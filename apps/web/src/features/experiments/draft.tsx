import { Alert, Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { StudyPlan } from '@consonance/study';
import { errorText } from '../../api/errors.ts';
import { useTRPC, useTRPCClient } from '../../api/trpc.ts';
import classes from './experiments.module.css';
import { Arms } from './arms.tsx';
import { Listening } from './listening.tsx';
import { Power } from './power.tsx';
import type { StudyDetails } from './study.tsx';
import { Words } from './words.tsx';

/** The plan, to be changed until the study opens. */
export function Draft({ study: { id, plan: saved } }: { study: StudyDetails }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [plan, setPlan] = useState<StudyPlan>(saved);
  const change = (part: Partial<StudyPlan>) => setPlan({ ...plan, ...part });
  const [isOpening, opening] = useDisclosure(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.studies.pathKey() });
  const save = useMutation(
    trpc.studies.update.mutationOptions({
      onSuccess() {
        notifications.show({ message: 'Saved.' });
        return refresh();
      },
    }),
  );
  const openStudy = useMutation({
    meta: { isErrorShown: true },
    async mutationFn() {
      await client.studies.update.mutate({ id, plan });
      await client.studies.open.mutate({ id });
    },
    onSuccess: refresh,
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ id, plan });
      }}
    >
      <Arms plan={plan} onChange={change} />
      <Power plan={plan} onChange={change} />
      <Words plan={plan} onChange={change} />
      <Listening plan={plan} onChange={change} />
      <Group gap="sm">
        <Button onClick={opening.open}>Open the study</Button>
        <Button type="submit" variant="default" loading={save.isPending}>
          Save the draft
        </Button>
      </Group>
      <Modal opened={isOpening} onClose={opening.close} title="Open the study?">
        <Text size="sm">
          From now on the plan and its analysis cannot be changed: they are frozen under a hash,
          which you can publish before the first answer. Results are shown when the study is closed,
          not before.
        </Text>
        {openStudy.error && (
          <Alert color="red" mt="sm" role="alert">
            {errorText(openStudy.error)}
          </Alert>
        )}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={opening.close}>
            Not yet
          </Button>
          <Button loading={openStudy.isPending} onClick={() => openStudy.mutate()}>
            Freeze and open
          </Button>
        </Group>
      </Modal>
    </form>
  );
}
