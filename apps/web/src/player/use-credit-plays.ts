import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { player } from './player.ts';
import { playedShare } from './use-record-listens.ts';

/** Tells the server which songs of a list by both methods were played, wherever the listener is by then. */
export function useCreditPlays() {
  const trpc = useTRPC();
  // Nobody asked for it, and a session ends with its listener's consent.
  const options = trpc.interleaving.credit.mutationOptions({ meta: { isErrorShown: true } });
  const { mutate } = useMutation(options);
  useEffect(
    () =>
      player.onLeave(({ track: { id, sessionId }, share }) => {
        if (sessionId === undefined || share < playedShare) return;
        mutate({ sessionId, trackId: id, kind: 'play' });
      }),
    [mutate],
  );
}
