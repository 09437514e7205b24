import { Anchor, Badge, Button, Group, Modal, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { PageLink } from '../../components/page-link.tsx';
import { Page } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { Draft } from './draft.tsx';
import { Open } from './open.tsx';
import { Results } from './results.tsx';
import { stateColours } from './studies.tsx';

export type StudyDetails = Outputs['studies']['get'];

/** One study: its plan while it is a draft, its progress while it is open, its report afterwards. */
export function Study({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.studies.get.queryOptions({ id }));
  const study = query.data;
  return (
    <Page
      title={study?.title ?? 'Study'}
      actions={
        study && (
          <Group gap="sm">
            <Badge variant="light" color={stateColours[study.state]}>
              {study.state}
            </Badge>
            <Removal study={study} />
          </Group>
        )
      }
    >
      <Anchor component={PageLink} href="/experiments" size="sm" w="fit-content">
        All studies
      </Anchor>
      <Loaded query={query} skeleton={<Skeleton height={480} />}>
        {(study) =>
          study.state === 'draft' ? (
            <Draft study={study} />
          ) : study.state === 'open' ? (
            <Open study={study} />
          ) : (
            <Results study={study} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Removal({ study: { id, state } }: { study: StudyDetails }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useMutation(
    trpc.studies.remove.mutationOptions({
      async onSuccess() {
        router.push('/experiments');
        queryClient.removeQueries({
          queryKey: trpc.studies.get.queryKey({ id }),
        });
        await queryClient.invalidateQueries({
          queryKey: trpc.studies.list.queryKey(),
        });
      },
    }),
  );
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        Remove
      </Button>
      <Modal opened={opened} onClose={close} title="Remove the study?">
        <Text size="sm">
          {state === 'draft'
            ? 'The plan is deleted.'
            : 'The plan, all invitations and every answer are deleted. Download the ratings first if they may still be needed.'}
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Keep
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate({ id })}>
            Remove
          </Button>
        </Group>
      </Modal>
    </>
  );
}
