import { Chip, type ChipProps, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { count } from '../format.ts';
import classes from './genre-chips.module.css';
import { genreColour } from './genres.ts';

/** From so many genres on they are better chosen from a list: chips would fill the screen. */
export const manyGenres = 13;

/** What the chips of a `Chip.Group` stand in. */
export function GenreChips({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group gap={6} className={classes.chips ?? ''} role="group" aria-label={label}>
      {children}
    </Group>
  );
}

interface GenreChipProps extends Pick<ChipProps, 'onClick'> {
  genre: string;
  /** Of its songs. */
  number: number;
}

/** A genre in its colour, with the number of its songs. */
export function GenreChip({ genre, number, ...others }: GenreChipProps) {
  return (
    <Chip value={genre} size="xs" variant="outline" className={classes.chip ?? ''} {...others}>
      <span className={classes.dot} style={{ background: genreColour(genre) }} />
      {genre} {count(number)}
    </Chip>
  );
}
