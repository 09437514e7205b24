import { Group, Stack, Text, Title } from '@mantine/core';
import { IconMoodEmpty } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC, useTRPCClient } from '../../api/trpc.ts';
import { LikeButtons } from '../../components/like-buttons.tsx';
import { SongLine } from '../../components/song-line.tsx';
import { SongMenu } from '../../components/song-menu.tsx';
import { EmptyState, Loaded, Rows } from '../../components/states.tsx';
import { useListener } from '../../listener/use-listener.ts';
import { ListActions } from '../recommend/list-actions.tsx';
import classes from '../recommend/panel.module.css';

/** Songs of two methods in one list (team-draft interleaving). No scores: they would tell which is whose. */
export function InterleavedPanel({ seedIds }: { seedIds: readonly string[] }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [listener] = useListener();
  // Every answer is a list of its own, which the server remembers: it stays until the songs change.
  const query = useQuery({
    queryKey: ['interleaved', listener, seedIds],
    queryFn: () => client.interleaving.next.mutate({ listener, seedIds: [...seedIds] }),
    staleTime: Infinity,
  });
  const { data } = query;
  // The queue keeps what list a song is of: it may be played when another list is here, or none.
  const tracks = useMemo(
    () => data?.recommendations.map(({ track }) => ({ ...track, sessionId: data.sessionId })) ?? [],
    [data],
  );
  const { mutate: credit } = useMutation(trpc.interleaving.credit.mutationOptions());
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="mixed">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} size="h5" id="mixed">
            By both methods
          </Title>
          <Text size="xs" className="quiet">
            Which method found which song stays hidden; what you play and like decides.
          </Text>
        </div>
        <ListActions tracks={tracks} name="By both methods" />
      </Group>
      <Loaded query={query} skeleton={<Rows count={10} />}>
        {({ sessionId }) =>
          tracks.length === 0 ? (
            <EmptyState icon={IconMoodEmpty} title="Nothing else to recommend">
              The library holds no other analysed songs.
            </EmptyState>
          ) : (
            <Stack gap={4} component="ol" className={classes.list}>
              {tracks.map((track) => (
                <li key={track.id}>
                  <SongLine
                    track={track}
                    list={tracks}
                    actions={
                      <Group gap={0} wrap="nowrap">
                        <LikeButtons
                          track={track}
                          onSay={(kind) => credit({ sessionId, trackId: track.id, kind })}
                        />
                        <SongMenu track={track} />
                      </Group>
                    }
                  />
                </li>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </section>
  );
}
