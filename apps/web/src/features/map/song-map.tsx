'use client';

import { Alert, Button, Progress, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { IconChartDots3, IconEar, IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { startTransition, useDeferredValue, useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { percent, songs } from '../../format.ts';
import { player } from '../../player/player.ts';
import { type Chosen, ChosenSongs, mostSeeds } from './chosen-songs.tsx';
import { middleOf, nearestRows } from './geometry.ts';
import { GenreFilter } from './genre-filter.tsx';
import { MapCanvas } from './map-canvas.tsx';
import classes from './map.module.css';
import type { MapData } from './map-option.ts';
import { Nearby } from './nearby.tsx';
import { useMap } from './use-map.ts';

const none: readonly number[] = [];

/** Songs around a song, with itself. */
const nearby = 12;

export function SongMap() {
  const { query, progress, isComputing, compute } = useMap();
  return (
    <Page title="Map">
      <Loaded query={query} skeleton={<Skeleton height={560} />}>
        {(map) => (
          <>
            {progress?.error && !isComputing && (
              <Alert color="red" title="The map could not be computed">
                {progress.error}
              </Alert>
            )}
            {isComputing ? (
              <Computing fraction={progress?.fraction ?? 0} />
            ) : (
              map.missing > 0 && <Missing count={map.missing} compute={compute} />
            )}
            {map.ids.length > 0 && <Explorer map={map} />}
            {map.ids.length === 0 && map.missing === 0 && <Nothing />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Computing({ fraction }: { fraction: number }) {
  return (
    <div className={`panel ${classes.note}`}>
      <Text size="sm" role="status">
        Laying out the map: songs that sound alike come to lie together … {percent(fraction)}
      </Text>
      <Progress w="100%" value={100 * fraction} aria-label="Computing the map" />
    </div>
  );
}

function Missing({ count, compute }: { count: number; compute: () => void }) {
  return (
    <div className={`panel ${classes.note}`}>
      <Text size="sm">{songs(count)} of the library are not on the map yet.</Text>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconRefresh size={16} stroke={1.7} />}
        onClick={compute}
      >
        Compute the map
      </Button>
    </div>
  );
}

function Nothing() {
  return (
    <div className="panel">
      <EmptyState icon={IconChartDots3} title="No song to lay out yet">
        <Stack align="center" gap="md">
          The map shows the songs that Consonance has listened to.
          <Button
            component={PageLink}
            href="/library"
            leftSection={<IconEar size={17} stroke={1.7} />}
          >
            To the library
          </Button>
        </Stack>
      </EmptyState>
    </div>
  );
}

function Explorer({ map }: { map: MapData }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [isLasso, setIsLasso] = useState(false);
  const [chosen, setChosenNow] = useState<Chosen>();
  // The pointer is answered first; hiding and marking songs draws the whole map again.
  const hiddenOnMap = useDeferredValue(hidden);
  const setChosen = (next: Chosen | undefined) => startTransition(() => setChosenNow(next));

  const around = (id: string, name: string) => {
    const row = map.ids.indexOf(id);
    if (row < 0) {
      setChosen({ title: `${name} is not on the map yet`, size: 0, rows: [] });
      return;
    }
    const place = [map.xy[2 * row]!, map.xy[2 * row + 1]!] as const;
    const rows = nearestRows(map.xy, [...map.ids.keys()], place, nearby);
    setChosen({ title: `Around ${name}`, size: rows.length, rows, found: row });
  };
  const play = async (row: number) => {
    setChosen({ title: 'This song', size: 1, rows: [row] });
    const track = await queryClient.fetchQuery(
      trpc.library.track.queryOptions({ id: map.ids[row]! }, { staleTime: 60_000 }),
    );
    player.play([track], 0);
  };
  const lasso = (rows: number[]) => {
    const typical =
      rows.length > 0 ? nearestRows(map.xy, rows, middleOf(map.xy, rows), mostSeeds) : rows;
    setChosen({ title: 'Within the lasso', size: rows.length, rows: typical });
  };

  return (
    <div className={classes.columns}>
      <div className={`panel ${classes.map}`}>
        <div className={classes.tools}>
          <SegmentedControl
            size="xs"
            aria-label="What dragging does"
            value={isLasso ? 'lasso' : 'move'}
            onChange={(value) => setIsLasso(value === 'lasso')}
            data={[
              { value: 'move', label: 'Move' },
              { value: 'lasso', label: 'Lasso' },
            ]}
          />
          <GenreFilter map={map} hidden={hidden} onChange={setHidden} />
        </div>
        <MapCanvas
          map={map}
          hidden={hiddenOnMap}
          marked={chosen?.rows ?? none}
          found={chosen?.found}
          isLasso={isLasso}
          onChoose={(row) => void play(row)}
          onLasso={lasso}
        />
        <Text size="xs" className="quiet">
          {isLasso
            ? 'Draw around songs to recommend from them.'
            : 'A click plays a song; wheel or fingers zoom, dragging moves.'}{' '}
          Diamonds are the songs in the middle of their genre. Near songs sound alike; far distances
          mean little.
        </Text>
      </div>
      <aside className={`panel ${classes.side}`} aria-label="Songs of the map">
        <Nearby map={map} onNear={around} />
        {chosen && (
          <ChosenSongs chosen={chosen} ids={map.ids} onClear={() => setChosen(undefined)} />
        )}
      </aside>
    </div>
  );
}
