import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { useListener } from '../../listener/use-listener.ts';

/** Whether the current listener lets the home page mix two methods. */
export function useInterleaving(): { allowed: boolean } {
  const trpc = useTRPC();
  const [listener] = useListener();
  const { data } = useQuery(trpc.interleaving.status.queryOptions({ listener }));
  return { allowed: data?.allowed ?? false };
}
