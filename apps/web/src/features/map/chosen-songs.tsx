import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconSparkles, IconX } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { type Track, useTRPC } from '../../api/trpc.ts';
import { SongLine } from '../../components/song-line.tsx';
import { Rows } from '../../components/states.tsx';
import { count, songs } from '../../format.ts';
import { setSeeds } from '../../seeds/seeds.ts';
import classes from './map.module.css';

/** What was chosen on the map. */
export interface Chosen {
  title: string;
  /** Songs. */
  size: number;
  /** Rows of the map: the most typical, these first, at most `mostSeeds`. */
  rows: readonly number[];
  /** The row that was looked for. */
  found?: number;
}

/** Seeds of a recommendation; more would not make it better. */
export const mostSeeds = 50;
/** Songs that the list shows. */
const mostShown = 12;

interface ChosenSongsProps {
  chosen: Chosen;
  ids: readonly string[];
  onClear: () => void;
}

/** The chosen songs, to hear them and to recommend from them. */
export function ChosenSongs({ chosen: { title, size, rows }, ids, onClear }: ChosenSongsProps) {
  const router = useRouter();
  const head = useRef<HTMLDivElement>(null);
  // Below the map on a phone; one song that was tapped is heard and needs no look at the list.
  useEffect(() => {
    if (rows.length !== 1) head.current?.scrollIntoView({ block: 'nearest' });
  }, [rows]);
  const tracks = useTracks(rows.slice(0, mostShown).map((row) => ids[row]!));
  const recommend = () => {
    setSeeds(rows.map((row) => ids[row]!));
    router.push('/');
  };
  return (
    <section aria-labelledby="chosen" className={classes.chosen}>
      <div ref={head} className={classes.chosenHead}>
        <Title order={2} size="h5" id="chosen">
          {title}
        </Title>
        <Text size="sm" className="quiet" role="status">
          {size === 0 ? 'There is no song.' : songs(size)}
          {size > rows.length &&
            `; the ${rows.length} in the middle are taken for a recommendation`}
        </Text>
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<IconSparkles size={16} stroke={1.7} />}
            disabled={size === 0}
            onClick={recommend}
          >
            Recommend from {size === 1 ? 'this song' : 'these'}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconX size={16} stroke={1.7} />}
            onClick={onClear}
          >
            Clear
          </Button>
        </Group>
      </div>
      {tracks ? (
        <Stack gap={0} component="ol" className={classes.list}>
          {tracks.map((track) => (
            <li key={track.id}>
              <SongLine track={track} list={tracks} />
            </li>
          ))}
        </Stack>
      ) : (
        <Rows count={Math.min(rows.length, mostShown)} />
      )}
      {size > mostShown && (
        <Text size="xs" className="quiet">
          and {count(size - mostShown)} more
        </Text>
      )}
    </section>
  );
}

/** Undefined until all are there; without those that the library has lost meanwhile. */
function useTracks(ids: readonly string[]): Track[] | undefined {
  const trpc = useTRPC();
  return useQueries({
    queries: ids.map((id) => trpc.library.track.queryOptions({ id }, { staleTime: 60_000 })),
    combine: (results) =>
      results.some(({ isPending }) => isPending)
        ? undefined
        : results.flatMap(({ data }) => data ?? []),
  });
}
