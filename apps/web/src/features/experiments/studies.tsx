import { Badge, Button, Text, Title } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type Outputs, useTRPC, useTRPCClient } from '../../api/trpc.ts';
import { PageLink } from '../../components/page-link.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded, Rows } from '../../components/states.tsx';
import { day } from '../../format.ts';
import classes from './experiments.module.css';
import { type Design, designs } from './designs.ts';

export type StudyState = Outputs['studies']['list'][number]['state'];

export const stateColours: Record<StudyState, string> = {
  draft: 'gray',
  open: 'accent',
  closed: 'blue',
};

/** All studies, and the designs to begin one with. */
export function Studies() {
  const trpc = useTRPC();
  const studies = useQuery(trpc.studies.list.queryOptions());
  return (
    <Page title="Experiments">
      <section className={classes.designs} aria-label="New study">
        {designs.map((design) => (
          <NewStudy key={design.name} design={design} />
        ))}
      </section>
      <section className={`panel ${classes.panel}`} aria-labelledby="studies">
        <Title order={2} size="h5" id="studies">
          Studies
        </Title>
        <Loaded query={studies} skeleton={<Rows count={3} />}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={IconFlask} title="No study yet">
                People choose songs they like and rate clips without knowing where these come from.
                Begin with one of the designs above; everything can be changed before the study
                opens.
              </EmptyState>
            ) : (
              <ul className={classes.list}>
                {list.map(({ id, title, state, createdAt }) => (
                  <li key={id} className={classes.item}>
                    <Text
                      fw={600}
                      className={classes.name ?? ''}
                      component={PageLink}
                      href={`/experiments?study=${id}`}
                    >
                      {title}
                    </Text>
                    <Text size="xs" className="quiet">
                      {day(createdAt)}
                    </Text>
                    <Badge variant="light" color={stateColours[state]}>
                      {state}
                    </Badge>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
    </Page>
  );
}

function NewStudy({ design }: { design: Design }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const create = useMutation({
    mutationFn: async () => client.studies.create.mutate({ plan: await design.plan(client) }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: trpc.studies.pathKey() });
      router.push(`/experiments?study=${id}`);
    },
  });
  return (
    <div className={`panel ${classes.panel}`}>
      <Title order={2} size="h5">
        {design.name}
      </Title>
      <Text size="sm" className="quiet">
        {design.about}
      </Text>
      <Button
        w="fit-content"
        variant={design.isFirst ? 'filled' : 'default'}
        loading={create.isPending}
        onClick={() => create.mutate()}
      >
        New study
      </Button>
    </div>
  );
}
