import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconMoodEmpty } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Outputs } from '../../api/trpc.ts';
import { EmptyState, Loaded } from '../../components/states.tsx';
import classes from './panel.module.css';
import { ListActions } from './list-actions.tsx';
import type { Method } from './recommend.tsx';
import { RecommendationCard } from './recommendation-card.tsx';

type Recommendations = Outputs['recommend']['bySeeds'];

const texts = {
  cosine: { title: 'By sound', how: 'How alike the sound is to your songs' },
  genre: { title: 'By sound and genre', how: 'The same, with the genres heard in it' },
} satisfies Record<Method, object>;

interface MethodPanelProps {
  method: Method;
  query: UseQueryResult<Recommendations, unknown>;
}

export function MethodPanel({ method, query }: MethodPanelProps) {
  const { title, how } = texts[method];
  const { data } = query;
  const tracks = useMemo(() => data?.recommendations.map(({ track }) => track) ?? [], [data]);
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby={method}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} size="h5" id={method}>
            {title}
          </Title>
          <Text size="xs" className="quiet">
            {how}
          </Text>
        </div>
        <ListActions tracks={tracks} name={title} />
      </Group>
      <Loaded query={query} skeleton={<Cards />}>
        {({ recommendations }) =>
          recommendations.length === 0 ? (
            <EmptyState icon={IconMoodEmpty} title="Nothing else to recommend">
              The library holds no other analysed songs.
            </EmptyState>
          ) : (
            <Stack gap={0} component="ol" className={classes.list}>
              {recommendations.map((recommendation) => (
                <RecommendationCard
                  key={recommendation.track.id}
                  recommendation={recommendation}
                  list={tracks}
                />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </section>
  );
}

function Cards() {
  return (
    <Stack gap="sm">
      {Array.from({ length: 5 }, (_, row) => (
        <Skeleton key={row} height={112} />
      ))}
    </Stack>
  );
}
