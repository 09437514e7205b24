import { ActionIcon, Button, Checkbox, Pill, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { Loaded, Rows } from '../../components/states.tsx';
import { Step } from './step.tsx';
import classes from './take-part.module.css';
import { useProceed } from './use-participation.ts';

type Song = Outputs['participation']['searchSongs']['tracks'][number];

/** The songs to recommend from. */
export function SongChoice({ seedCount }: { seedCount: number }) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<readonly Song[]>([]);
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 150);
  const found = useQuery(
    trpc.participation.searchSongs.queryOptions(
      { text: search },
      { placeholderData: keepPreviousData },
    ),
  );
  const choose = useMutation(trpc.participation.chooseSongs.mutationOptions(useProceed()));
  const preview = usePreview();
  const missing = seedCount - chosen.length;
  const isChosen = ({ id }: Song) => chosen.some((song) => song.id === id);
  const takeOut = ({ id }: Song) => setChosen(chosen.filter((song) => song.id !== id));
  const line = (song: Song) => (
    <li key={song.id} className={classes.song}>
      <ActionIcon
        size="lg"
        radius="xl"
        variant="default"
        aria-label={`${preview.playingId === song.id ? 'Pause' : 'Play'} ${song.title}`}
        onClick={() => preview.toggle(song.id)}
      >
        {preview.playingId === song.id ? (
          <IconPlayerPauseFilled size={14} />
        ) : (
          <IconPlayerPlayFilled size={14} />
        )}
      </ActionIcon>
      <Checkbox
        className={classes.check ?? ''}
        label={song.title}
        description={song.artist ?? 'Unknown artist'}
        checked={isChosen(song)}
        disabled={missing === 0 && !isChosen(song)}
        onChange={({ currentTarget }) =>
          currentTarget.checked ? setChosen([...chosen, song]) : takeOut(song)
        }
      />
    </li>
  );
  return (
    <Step title={`Choose ${seedCount} songs you like`}>
      <Text>They say what your clips are chosen by. Listen to a song if you do not know it.</Text>
      <audio ref={preview.audio} onPause={preview.stopped} />
      <TextInput
        aria-label="Find songs"
        placeholder="Title or artist"
        leftSection={<IconSearch size={17} stroke={1.7} aria-hidden />}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Loaded query={found} skeleton={<Rows count={5} height={48} />}>
        {({ tracks }) =>
          tracks.length === 0 ? (
            <Text size="sm" className="quiet">
              No song for “{search}”.
            </Text>
          ) : (
            <ul className={classes.songs} aria-label="Songs found">
              {tracks.map(line)}
            </ul>
          )
        }
      </Loaded>
      <Pill.Group>
        {chosen.map((song) => (
          <Pill
            key={song.id}
            withRemoveButton
            onRemove={() => takeOut(song)}
            removeButtonProps={{ 'aria-label': `Take ${song.title} out` }}
          >
            {song.title}
          </Pill>
        ))}
      </Pill.Group>
      <Text size="sm" role="status" className="quiet">
        {choose.isPending
          ? 'Your clips are being prepared; this can take a minute.'
          : missing === 0
            ? 'Enough songs chosen.'
            : `${missing} to choose`}
      </Text>
      <Button
        size="md"
        disabled={missing !== 0}
        loading={choose.isPending}
        onClick={() => choose.mutate({ trackIds: chosen.map(({ id }) => id) })}
      >
        Go on with these songs
      </Button>
    </Step>
  );
}

/** One song at a time. */
function usePreview() {
  const audio = useRef<HTMLAudioElement>(null);
  const [playingId, setPlayingId] = useState<string>();
  // The pause of the song before comes late, when the next one plays.
  const stopped = () => audio.current?.paused && setPlayingId(undefined);
  const toggle = (id: string) => {
    const element = audio.current;
    if (!element) return;
    element.pause();
    if (id === playingId) return;
    element.src = `/study/song/${id}`;
    setPlayingId(id);
    element.play().catch(stopped);
  };
  return { audio, playingId, toggle, stopped };
}
