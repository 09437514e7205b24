import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { useLive } from '../../api/use-live.ts';

/** The map, and how far the computing of a new one is. */
export function useMap() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const query = useQuery(trpc.recommend.map.queryOptions(undefined, { staleTime: 60_000 }));
  const progress = useLive(trpc.recommend.mapProgress.subscriptionOptions());
  const { mutate: compute, isPending } = useMutation(trpc.recommend.computeMap.mutationOptions());

  const isComputing = isPending || progress?.state === 'computing';
  const wasComputing = useRef(false);
  useEffect(() => {
    if (wasComputing.current && !isComputing) {
      void queryClient.invalidateQueries({ queryKey: trpc.recommend.map.queryKey() });
    }
    wasComputing.current = isComputing;
  }, [isComputing, queryClient, trpc]);

  // Without any map there is nothing else to wait for.
  const isNeeded =
    query.data !== undefined && query.data.ids.length === 0 && query.data.missing > 0;
  const begun = useRef(false);
  useEffect(() => {
    if (!isNeeded || progress?.state !== 'idle' || progress.error !== null || begun.current) return;
    begun.current = true;
    compute();
  }, [isNeeded, progress, compute]);

  return { query, progress, isComputing, compute: () => compute() };
}
