import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { useListener } from '../listener/use-listener.ts';
import { player } from './player.ts';

/** From this share on a song counts as played, below as skipped; ListenBrainz asks for half. */
export const playedShare = 0.5;

/** Writes what was heard, and how much of it, into the listener's history. */
export function useRecordListens() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [listener] = useListener();
  const { mutate } = useMutation(
    trpc.listeners.record.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries({ queryKey: trpc.listeners.pathKey() }),
    }),
  );
  useEffect(
    () =>
      player.onLeave(({ track, share }) =>
        mutate({
          listener,
          trackId: track.id,
          kind: share >= playedShare ? 'play' : 'skip',
          share,
        }),
      ),
    [listener, mutate],
  );
}
