import { Combobox, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Track, useTRPC } from '../../api/trpc.ts';
import { Cover } from '../../components/cover.tsx';
import { GenreTag } from '../../components/genre-tag.tsx';
import classes from './song-search.module.css';

interface SongSearchProps {
  chosen: readonly string[];
  onChoose: (track: Track) => void;
  /** Backspace in an empty field. */
  onBackspace: () => void;
}

/** Finds songs while one types: arrows choose, Enter adds, Backspace takes the last one out. */
export function SongSearch({ chosen, onChoose, onBackspace }: SongSearchProps) {
  const trpc = useTRPC();
  const combobox = useCombobox();
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 80);
  const { data, isPlaceholderData, isFetching } = useQuery(
    trpc.library.tracks.queryOptions(
      { search, status: 'analysed', limit: 20 + chosen.length },
      { enabled: search !== '', placeholderData: keepPreviousData },
    ),
  );
  const found = data?.tracks.filter(({ id }) => !chosen.includes(id)).slice(0, 8) ?? [];
  // Enter must never add a song that was found for other words.
  const current =
    search !== '' && search === text.trim() && data !== undefined && !isPlaceholderData;

  // Whoever types fast presses Enter before the songs are there: the first of them is meant.
  const [entered, setEntered] = useState(false);

  const choose = (track: Track) => {
    onChoose(track);
    setText('');
    setEntered(false);
    combobox.closeDropdown();
  };

  useEffect(() => {
    combobox.selectFirstOption();
  }, [data]);
  useEffect(() => {
    if (!entered || !current) return;
    if (found[0]) choose(found[0]);
    else setEntered(false);
  }, [entered, current]);

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const track = found.find((other) => other.id === id);
        if (current && track) choose(track);
      }}
    >
      <Combobox.Target>
        <TextInput
          aria-label="Find songs"
          placeholder="Title, artist or album"
          leftSection={<IconSearch size={17} stroke={1.7} aria-hidden />}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            setEntered(false);
            combobox.openDropdown();
          }}
          onFocus={() => text !== '' && combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={({ key }) => {
            if (key === 'Backspace' && text === '') onBackspace();
            if (key === 'Enter' && text.trim() !== '' && !current) setEntered(true);
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={search === '' || text === ''}>
        <Combobox.Options aria-label="Songs found">
          {found.map((track) => (
            <Combobox.Option value={track.id} key={track.id} className={classes.item ?? ''}>
              <span className={classes.option}>
                <Cover track={track} size={32} />
                <span className={classes.names}>
                  <Text size="sm" truncate component="span">
                    {track.title}
                  </Text>
                  <Text size="xs" truncate component="span" className="quiet">
                    {track.artist ?? 'Unknown artist'}
                  </Text>
                </span>
                <GenreTag genres={track.genres} />
              </span>
            </Combobox.Option>
          ))}
          {found.length === 0 && (
            <Combobox.Empty>{isFetching ? 'Searching …' : `No song for “${text}”`}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
