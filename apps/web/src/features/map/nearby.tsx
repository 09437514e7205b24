import { Select, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { SongSearch } from '../recommend/song-search.tsx';
import classes from './map.module.css';
import type { MapData } from './map-option.ts';

interface NearbyProps {
  map: MapData;
  /** Chooses what lies around a song; `name` is the song's, or that of the genre which it is the centre of. */
  onNear: (id: string, name: string) => void;
}

/** The map by keyboard: the songs around the centre of a genre or around any song. */
export function Nearby({ map, onNear }: NearbyProps) {
  const centres = useMemo(() => map.centres.filter(({ id }) => map.ids.includes(id)), [map]);
  return (
    <section aria-labelledby="nearby" className={classes.nearby}>
      <Title order={2} size="h5" id="nearby">
        Songs around …
      </Title>
      <Select
        label="The centre of a genre"
        placeholder="Choose a genre"
        searchable
        data={centres.map(({ label, id }) => ({ value: id, label }))}
        value={null}
        onChange={(id) => {
          const centre = centres.find((other) => other.id === id);
          if (centre) onNear(centre.id, `the centre of ${centre.label}`);
        }}
      />
      <div>
        <Text size="sm" fw={500} mb={4}>
          A song
        </Text>
        <SongSearch
          chosen={[]}
          onChoose={({ id, title }) => onNear(id, `“${title}”`)}
          onBackspace={() => {}}
        />
      </div>
    </section>
  );
}
