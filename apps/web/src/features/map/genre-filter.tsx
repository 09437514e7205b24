import { Chip, MultiSelect } from '@mantine/core';
import { useMemo } from 'react';
import { GenreChip, GenreChips, manyGenres } from '../../components/genre-chips.tsx';
import { count } from '../../format.ts';
import classes from './map.module.css';
import type { MapData } from './map-option.ts';

interface GenreFilterProps {
  map: MapData;
  hidden: ReadonlySet<string>;
  onChange: (hidden: ReadonlySet<string>) => void;
}

/** The legend: each genre's colour and number of songs; off takes its songs from the map. */
export function GenreFilter({ map: { labels, genre }, hidden, onChange }: GenreFilterProps) {
  const genres = useMemo(() => genresOf(labels, genre), [labels, genre]);
  const show = (shown: readonly string[]) =>
    onChange(new Set(labels.filter((label) => !shown.includes(label))));
  const shown = labels.filter((label) => !hidden.has(label));
  if (genres.length >= manyGenres) {
    return (
      <MultiSelect
        className={classes.genres ?? ''}
        size="xs"
        aria-label="Genres on the map"
        placeholder={hidden.size === 0 ? `All ${count(genres.length)} genres` : ''}
        searchable
        clearable
        data={genres.map(({ label, size }) => ({
          value: label,
          label: `${label} (${count(size)})`,
        }))}
        value={hidden.size === 0 ? [] : shown}
        onChange={(chosen) => show(chosen.length === 0 ? labels : chosen)}
      />
    );
  }
  return (
    <Chip.Group multiple value={shown} onChange={show}>
      <GenreChips label="Genres on the map">
        {genres.map(({ label, size }) => (
          <GenreChip key={label} genre={label} number={size} />
        ))}
      </GenreChips>
    </Chip.Group>
  );
}

/** The genres that songs have, with the number of songs. */
function genresOf(labels: readonly string[], genre: readonly number[]) {
  const sizes = labels.map(() => 0);
  for (const index of genre) sizes[index]! += 1;
  return labels.flatMap((label, index) =>
    sizes[index]! > 0 ? { label, size: sizes[index]! } : [],
  );
}
