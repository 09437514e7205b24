import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { type Track, useTRPC } from '../../api/trpc.ts';
import type { Sort } from './song-table.tsx';

const pageSize = 100;

export interface SongFilter extends Sort {
  search?: string;
  genre?: string;
  artist?: string;
}

export interface SongPages {
  /** How many songs match; undefined before the server told. */
  total: number | undefined;
  /** The song in this row, when its page is there. */
  at: (row: number) => Track | undefined;
  /** The songs around this row, to play on. */
  around: (row: number) => readonly Track[];
  /** Tells which rows are on the screen. */
  show: (first: number, last: number) => void;
  /** Changes with the filter and the order. */
  filterKey: string;
  error: unknown;
  refetch: () => void;
}

/** The songs that match, fetched a page at a time as they come into view. */
export function useSongPages(filter: SongFilter): SongPages {
  const trpc = useTRPC();
  const [range, setRange] = useState({ first: 0, last: 0 });
  // A scrollbar dragged over thousands of rows asks only where it rests.
  const [{ first, last }] = useDebouncedValue(range, 60);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const pageQuery = (number: number) => ({
    ...filter,
    offset: number * pageSize,
    limit: pageSize,
  });
  // Always asked for, since the height of the table must not change while other pages come in.
  const firstPage = useQuery(
    trpc.library.tracks.queryOptions(pageQuery(0), { placeholderData: keepPreviousData }),
  );
  const results = useQueries({
    queries: numbers.map((number) => trpc.library.tracks.queryOptions(pageQuery(number))),
  });
  const total = firstPage.data?.total;
  const pages = new Map(numbers.map((number, index) => [number, results[index]?.data]));
  const songsOf = (row: number) => {
    const number = Math.floor(row / pageSize);
    return (number === 0 ? firstPage.data : pages.get(number))?.tracks;
  };
  const show = useMemo(
    () => (firstRow: number, lastRow: number) => {
      const next = { first: Math.floor(firstRow / pageSize), last: Math.floor(lastRow / pageSize) };
      setRange((now) => (now.first === next.first && now.last === next.last ? now : next));
    },
    [],
  );
  return {
    total,
    at: (row) => songsOf(row)?.[row % pageSize],
    around: (row) => songsOf(row) ?? [],
    show,
    filterKey: JSON.stringify(filter),
    error: total === undefined ? firstPage.error : undefined,
    refetch: () => void firstPage.refetch(),
  };
}
