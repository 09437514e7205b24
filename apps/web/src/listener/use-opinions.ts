import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { useListener } from './use-listener.ts';

export type Opinion = 'like' | 'dislike';

/** What the current listener last said about a song, and how to say it. */
export function useOpinion(trackId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [listener] = useListener();
  const { data } = useQuery(trpc.listeners.profile.queryOptions({ name: listener }));
  const opinion = useMemo((): Opinion | undefined => {
    if (data?.liked.some(({ id }) => id === trackId)) return 'like';
    return data?.disliked.some(({ id }) => id === trackId) ? 'dislike' : undefined;
  }, [data, trackId]);
  const record = useMutation(
    trpc.listeners.record.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.listeners.pathKey() }),
    }),
  );
  return {
    // What was just pressed shows at once.
    opinion: record.isPending ? (record.variables.kind as Opinion) : opinion,
    say: (kind: Opinion) => record.mutate({ listener, trackId, kind }),
  };
}
