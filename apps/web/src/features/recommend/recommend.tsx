'use client';

import { Group, Switch } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { errorReason } from '../../api/errors.ts';
import { useTRPC } from '../../api/trpc.ts';
import { Page } from '../../components/page.tsx';
import { ErrorState } from '../../components/states.tsx';
import { useListener } from '../../listener/use-listener.ts';
import { setSeeds, useSeeds } from '../../seeds/seeds.ts';
import { InterleavedPanel } from '../interleaving/interleaved-panel.tsx';
import { InterleavingSwitch } from '../interleaving/interleaving-switch.tsx';
import { useInterleaving } from '../interleaving/use-interleaving.ts';
import { FirstUse } from './first-use.tsx';
import { MethodPanel } from './method-panel.tsx';
import { Playlists } from './playlists.tsx';
import { RankingOptions } from './ranking-options.tsx';
import classes from './recommend.module.css';
import { SeedPanel } from './seed-panel.tsx';
import { type Ranking, useRanking } from './use-ranking.ts';

export type Method = 'cosine' | 'genre';

/** Songs of each method. */
const count = 5;

export function Recommend() {
  const seedIds = useSeeds();
  const [listener] = useListener();
  const [personal, setPersonal] = useLocalStorage({
    key: 'consonance-personal',
    defaultValue: false,
  });
  const [ranking] = useRanking();
  const interleaving = useInterleaving();
  const options = { seedIds, ranking, ...(personal && { listener }) };
  const cosine = useRecommendations('cosine', options);
  const genre = useRecommendations('genre', options);
  // The browser remembers songs; the library may have forgotten them all.
  const lost = [cosine, genre].map(({ error }) => error).find(isUnknownSong);
  return (
    <Page
      title="Recommend"
      actions={
        <Group gap="md">
          <Switch
            label="Let my listening history count"
            checked={personal}
            onChange={({ currentTarget }) => setPersonal(currentTarget.checked)}
          />
          <InterleavingSwitch />
          <RankingOptions />
        </Group>
      }
    >
      <div className={classes.columns}>
        <div className={classes.side}>
          <SeedPanel
            seedIds={seedIds}
            seeds={lost ? [] : cosine.data?.seeds}
            isLoading={cosine.isPlaceholderData}
          />
          <Playlists />
        </div>
        {lost ? (
          <div className={classes.wide}>
            <ErrorState error={lost} retry={() => setSeeds([])} retryLabel="Start over" />
          </div>
        ) : seedIds.length === 0 ? (
          <div className={classes.wide}>
            <FirstUse />
          </div>
        ) : interleaving.allowed ? (
          <div className={classes.wide}>
            <InterleavedPanel seedIds={seedIds} />
          </div>
        ) : (
          <>
            <MethodPanel method="cosine" query={cosine} />
            <MethodPanel method="genre" query={genre} />
          </>
        )}
      </div>
    </Page>
  );
}

const isUnknownSong = (error: unknown) => errorReason(error) === 'UNKNOWN_SONG';

interface Choices {
  seedIds: readonly string[];
  ranking: Ranking;
  listener?: string;
}

function useRecommendations(method: Method, { seedIds, ranking, listener }: Choices) {
  const trpc = useTRPC();
  return useQuery(
    trpc.recommend.bySeeds.queryOptions(
      {
        seedIds: [...seedIds],
        method,
        count,
        ...ranking,
        ...(listener !== undefined && { listener }),
      },
      { enabled: seedIds.length > 0, placeholderData: keepPreviousData },
    ),
  );
}
