import { Chip, Group } from '@mantine/core';
import { genreColour } from '../../components/genres.ts';
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
  const sizes = labels.map((_, index) => genre.filter((other) => other === index).length);
  return (
    <Chip.Group
      multiple
      value={labels.filter((label) => !hidden.has(label))}
      onChange={(shown) => onChange(new Set(labels.filter((label) => !shown.includes(label))))}
    >
      <Group gap={6} role="group" aria-label="Genres on the map">
        {labels.map((label, index) =>
          sizes[index] === 0 ? null : (
            <Chip key={label} value={label} size="xs" variant="outline">
              <span className={classes.dot} style={{ background: genreColour(label) }} />
              {label} {count(sizes[index]!)}
            </Chip>
          ),
        )}
      </Group>
    </Chip.Group>
  );
}
