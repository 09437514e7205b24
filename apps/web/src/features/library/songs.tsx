import { Button, Chip, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFolderPlus, IconMoodEmpty, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { PageLink } from '../../components/page-link.tsx';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { GenreChip, GenreChips, manyGenres } from '../../components/genre-chips.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';
import { count, songs } from '../../format.ts';
import classes from './songs.module.css';
import { mostRows, SongTable, type Sort } from './song-table.tsx';
import { useSongPages } from './use-song-pages.ts';

export function Songs() {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 120);
  const [genre, setGenre] = useState<string | null>(null);
  const [artist, setArtist] = useState<string | null>(null);
  const [sort, setSort] = useState<Sort>({ sort: 'artist', descending: false });
  const pages = useSongPages({
    ...(search !== '' && { search }),
    ...(genre !== null && { genre }),
    ...(artist !== null && { artist }),
    ...sort,
  });
  const filtered = search !== '' || genre !== null || artist !== null;
  return (
    <>
      <Toolbar
        {...{ text, setText, search, genre, setGenre, artist, setArtist }}
        total={pages.total}
      />
      {pages.error ? (
        <ErrorState error={pages.error} retry={pages.refetch} />
      ) : pages.total === 0 ? (
        <div className={`panel ${classes.empty}`}>
          {filtered ? (
            <EmptyState icon={IconMoodEmpty} title="No song matches">
              Try fewer words, or another genre.
            </EmptyState>
          ) : (
            <EmptyState icon={IconFolderPlus} title="No music yet">
              <Button component={PageLink} href="/library?tab=folders" mt="xs">
                Add a folder
              </Button>
            </EmptyState>
          )}
        </div>
      ) : (
        <SongTable pages={pages} sort={sort} onSort={setSort} />
      )}
      {(pages.total ?? 0) > mostRows && (
        <Text size="xs" className="quiet" mt="xs">
          The table ends after {songs(mostRows)}; search or filter for the others.
        </Text>
      )}
    </>
  );
}

type Facet = Outputs['library']['facets']['genres'][number];

const asOption = ({ value, count: number }: Facet) => ({
  value,
  label: `${value} (${count(number)})`,
});

interface ToolbarProps {
  text: string;
  setText: (text: string) => void;
  search: string;
  genre: string | null;
  setGenre: (genre: string | null) => void;
  artist: string | null;
  setArtist: (artist: string | null) => void;
  total: number | undefined;
}

function Toolbar(props: ToolbarProps) {
  const { text, setText, search, genre, setGenre, artist, setArtist, total } = props;
  const trpc = useTRPC();
  const { data: facets } = useQuery(
    trpc.library.facets.queryOptions(
      { ...(search !== '' && { search }), artistLimit: 200 },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <div className={classes.toolbar}>
      <TextInput
        className={classes.search ?? ''}
        aria-label="Search songs"
        placeholder="Title, artist, album or file"
        leftSection={<IconSearch size={17} stroke={1.7} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Select
        className={classes.artists ?? ''}
        aria-label="Artist"
        placeholder={facets ? `All ${count(facets.artistCount)} artists` : 'All artists'}
        searchable
        clearable
        limit={100}
        nothingFoundMessage="No such artist among the most frequent"
        data={facets?.artists.map(asOption) ?? []}
        value={artist}
        onChange={setArtist}
      />
      <span className={`quiet ${classes.total}`} role="status">
        {total !== undefined && songs(total)}
      </span>
      <Genres facets={facets?.genres ?? []} genre={genre} setGenre={setGenre} />
    </div>
  );
}

interface GenresProps {
  facets: readonly Facet[];
  genre: string | null;
  setGenre: (genre: string | null) => void;
}

function Genres({ facets, genre, setGenre }: GenresProps) {
  if (facets.length >= manyGenres) {
    return (
      <Select
        aria-label="Genre"
        placeholder={`All ${count(facets.length)} genres`}
        searchable
        clearable
        nothingFoundMessage="No such genre"
        data={facets.map(asOption)}
        value={genre}
        onChange={setGenre}
      />
    );
  }
  return (
    <Chip.Group value={genre ?? ''} onChange={(value) => setGenre(value as string)}>
      <GenreChips label="Genre">
        {facets.map(({ value, count: number }) => (
          <GenreChip
            key={value}
            genre={value}
            number={number}
            onClick={() => value === genre && setGenre(null)}
          />
        ))}
      </GenreChips>
    </Chip.Group>
  );
}
