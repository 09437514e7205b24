import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { Loaded } from '../../components/states.tsx';
import { MethodChoice } from '../recommend/method-choice.tsx';
import { RankingOptions } from '../recommend/ranking-options.tsx';
import type { Method } from '../recommend/recommend.tsx';
import { RecommendationCard } from '../recommend/recommendation-card.tsx';
import { useRanking } from '../recommend/use-ranking.ts';
import classes from './song.module.css';
import type { TrackDetails } from './song.tsx';

const count = 6;

/** The songs nearest to this one, and why. */
export function Neighbours({ track }: { track: TrackDetails }) {
  const trpc = useTRPC();
  const [method, setMethod] = useState<Method>('cosine');
  const [ranking] = useRanking();
  const query = useQuery(
    trpc.recommend.similar.queryOptions(
      { id: track.id, method, count, ...ranking },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="neighbours">
      <Group justify="space-between">
        <Title order={2} size="h5" id="neighbours">
          Neighbours
        </Title>
        <Group gap="xs">
          <MethodChoice label="Near by" value={method} onChange={setMethod} />
          <RankingOptions />
        </Group>
      </Group>
      <Loaded query={query} skeleton={<Skeleton height={560} />}>
        {({ recommendations }) =>
          recommendations.length === 0 ? (
            <Text size="sm" className="quiet">
              The library holds no other analysed songs.
            </Text>
          ) : (
            <Stack gap={0} component="ol" className={classes.list}>
              {recommendations.map((recommendation) => (
                <RecommendationCard
                  key={recommendation.track.id}
                  recommendation={recommendation}
                  list={recommendations.map((near) => near.track)}
                />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </section>
  );
}
