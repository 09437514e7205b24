import { Button, CloseButton, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { Track } from '../../api/trpc.ts';
import { SongLine } from '../../components/song-line.tsx';
import { songs } from '../../format.ts';
import { addSeeds, removeSeed, setSeeds } from '../../seeds/seeds.ts';
import classes from './panel.module.css';
import { SongSearch } from './song-search.tsx';

interface SeedPanelProps {
  seedIds: readonly string[];
  /** Those of them that the library knows; undefined before the server told. */
  seeds: readonly Track[] | undefined;
  /** The songs are still of other ids. */
  isLoading: boolean;
}

/** The songs to recommend from: five make a good start, any number works. */
export function SeedPanel({ seedIds, seeds, isLoading }: SeedPanelProps) {
  const known = new Map(seeds?.map((track) => [track.id, track]));
  const last = seedIds.at(-1);
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="seeds">
      <Group justify="space-between" mih={30}>
        <Title order={2} size="h5" id="seeds">
          Songs you love
        </Title>
        {seedIds.length > 0 && (
          <Group gap="xs">
            <Text size="xs" className="quiet" role="status">
              {songs(seedIds.length)}
            </Text>
            <Button size="compact-xs" variant="default" onClick={() => setSeeds([])}>
              Clear
            </Button>
          </Group>
        )}
      </Group>
      <SongSearch
        chosen={seedIds}
        onChoose={({ id }) => addSeeds([id])}
        onBackspace={() => last !== undefined && removeSeed(last)}
      />
      {seedIds.length > 0 && (
        <Stack gap={2} component="ul" className={classes.list}>
          {seedIds.map((id) => {
            const track = known.get(id);
            return (
              <li key={id}>
                {track ? (
                  <SongLine
                    track={track}
                    list={seeds ?? []}
                    actions={<TakeOut id={id} title={track.title} />}
                  />
                ) : seeds === undefined || isLoading ? (
                  <Skeleton height={44} my={2} />
                ) : (
                  <Group justify="space-between" wrap="nowrap" mih={48} pl={84}>
                    <Text size="sm" className="quiet">
                      Not in the library, or not analysed yet
                    </Text>
                    <TakeOut id={id} title="the song that is gone" />
                  </Group>
                )}
              </li>
            );
          })}
        </Stack>
      )}
    </section>
  );
}

const TakeOut = ({ id, title }: { id: string; title: string }) => (
  <CloseButton aria-label={`Take ${title} out`} onClick={() => removeSeed(id)} />
);
