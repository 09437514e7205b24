import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { Loaded } from '../../components/states.tsx';
import { songs } from '../../format.ts';
import { Panel } from './panel.tsx';
import classes from './models.module.css';

type Model = Outputs['models']['list'][number];

/** The embedders of this machine, and which of them the library uses. */
export function Installed() {
  const trpc = useTRPC();
  const query = useQuery(trpc.models.list.queryOptions());
  return (
    <Panel
      title="Embedders"
      note="An embedder turns a song into a list of numbers; songs that sound alike get similar lists. What one embedder heard stays when you change to another: songs that it has not heard are analysed in the background."
    >
      <Loaded query={query} skeleton={<Skeleton height={320} />}>
        {(models) => (
          <Stack gap={0} component="ul" className={classes.list}>
            {models.map((model) => (
              <li key={model.modelId} className={classes.model}>
                <Words model={model} />
                {model.isCurrent ? (
                  <Badge variant="default" leftSection={<IconCheck size={13} />} size="lg">
                    In use
                  </Badge>
                ) : (
                  <UseButton name={model.name} />
                )}
              </li>
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Words({
  model: { name, description, dimensions, labels, analysed, modelId },
}: {
  model: Model;
}) {
  return (
    <div className={classes.words}>
      <Group gap="xs">
        <Text fw={600}>{name}</Text>
        <Text size="xs" className="quiet">
          {modelId}
        </Text>
      </Group>
      <Text size="sm">{description}</Text>
      <Text size="sm" className="quiet">
        {dimensions} dimensions ·{' '}
        {labels.length > 0 ? `hears ${labels.join(', ')}` : 'no genres of its own'} ·{' '}
        {songs(analysed)} analysed
      </Text>
    </div>
  );
}

/** Every page shows what the current embedder heard, so all of them are fetched again. */
export function UseButton({ name }: { name: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { mutate, isPending } = useMutation(
    trpc.models.use.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  return (
    <Button
      variant="default"
      size="xs"
      loading={isPending}
      onClick={() => mutate({ name })}
      aria-label={`Use ${name}`}
    >
      Use
    </Button>
  );
}
