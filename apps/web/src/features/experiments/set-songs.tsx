import { Pill, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { SongSearch } from '../recommend/song-search.tsx';
import classes from './experiments.module.css';

interface SetSongsProps {
  trackIds: readonly string[];
  /** So many of them each participant rates. */
  songs: number;
  onChange: (trackIds: string[]) => void;
}

/** Songs that the experimenter sets, in the order in which they are taken. */
export function SetSongs({ trackIds, songs, onChange }: SetSongsProps) {
  const trpc = useTRPC();
  const tracks = useQueries({
    queries: trackIds.map((id) => trpc.library.track.queryOptions({ id })),
  });
  return (
    <div className={classes.set}>
      <Text size="xs" className="quiet">
        {trackIds.length} songs set; the first {songs} that a participant did not choose are rated.
        A few more than {songs} leave room.
      </Text>
      <SongSearch
        chosen={trackIds}
        onChoose={({ id }) => onChange([...trackIds, id])}
        onBackspace={() => onChange(trackIds.slice(0, -1))}
      />
      <Pill.Group>
        {trackIds.map((id, index) => (
          <Pill
            key={id}
            withRemoveButton
            onRemove={() => onChange(trackIds.filter((other) => other !== id))}
            removeButtonProps={{
              'aria-label': `Take ${tracks[index]?.data?.title ?? 'it'} out`,
            }}
          >
            {tracks[index]?.data?.title ?? '…'}
          </Pill>
        ))}
      </Pill.Group>
    </div>
  );
}
