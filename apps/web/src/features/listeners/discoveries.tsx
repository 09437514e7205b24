import { Button, Group, Skeleton, Slider, Text } from '@mantine/core';
import { IconCompass, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText } from '../../api/errors.ts';
import { useTRPC } from '../../api/trpc.ts';
import { EmptyState } from '../../components/states.tsx';
import { percent } from '../../format.ts';
import { MethodChoice } from '../recommend/method-choice.tsx';
import type { Method } from '../recommend/recommend.tsx';
import { RecommendationCard } from '../recommend/recommendation-card.tsx';
import classes from './listeners.module.css';

const explorationId = 'exploration';

/** Songs that are new to the listener; what was given once does not come again. */
export function Discoveries({ listener }: { listener: string }) {
  const trpc = useTRPC();
  const { data: settings } = useQuery(trpc.system.settings.queryOptions());
  const [chosen, setExploration] = useState<number>();
  const exploration = chosen ?? settings?.exploration ?? 0;
  const [method, setMethod] = useState<Method>('cosine');
  const [seed, setSeed] = useState(1);
  const discover = useMutation(
    trpc.listeners.discover.mutationOptions({ meta: { isErrorShown: true } }),
  );
  const found = discover.data?.recommendations;
  return (
    <>
      <Group justify="space-between" align="flex-end" mb="md">
        <div style={{ width: 'min(100%, 20rem)' }}>
          <Text size="sm" id={explorationId}>
            Farther afield: {percent(exploration)}
          </Text>
          <Slider
            min={0}
            max={1}
            step={0.1}
            label={null}
            value={exploration}
            onChange={setExploration}
            thumbProps={{
              'aria-labelledby': explorationId,
              'aria-valuetext': `${percent(exploration)} of the songs`,
            }}
          />
        </div>
        <MethodChoice label="Near to your songs by" value={method} onChange={setMethod} />
        <Button
          leftSection={
            found ? <IconRefresh size={15} stroke={1.7} /> : <IconCompass size={15} stroke={1.7} />
          }
          loading={discover.isPending}
          onClick={() => {
            discover.mutate({ listener, method, exploration, seed });
            setSeed(seed + 1);
          }}
        >
          {found ? 'Five others' : 'Find five new songs'}
        </Button>
      </Group>
      {discover.isPending ? (
        <Skeleton height={320} />
      ) : discover.error ? (
        <EmptyState icon={IconCompass} title="No discoveries">
          {errorText(discover.error)}
        </EmptyState>
      ) : !found ? (
        <EmptyState icon={IconCompass} title="New to you, near to what you like">
          From your plays and likes. What was found once does not come again.
        </EmptyState>
      ) : found.length === 0 ? (
        <EmptyState icon={IconCompass} title="Nothing new is left">
          Every song of the library is known to you or was found before.
        </EmptyState>
      ) : (
        <ol className={classes.list}>
          {found.map((recommendation) => (
            <RecommendationCard
              key={recommendation.track.id}
              recommendation={recommendation}
              list={found.map(({ track }) => track)}
            />
          ))}
        </ol>
      )}
    </>
  );
}
