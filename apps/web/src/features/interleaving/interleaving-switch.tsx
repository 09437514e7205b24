import { Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { useListener } from '../../listener/use-listener.ts';
import { useInterleaving } from './use-interleaving.ts';

/** The listener's consent that plays and likes are counted for the method that found the song. */
export function InterleavingSwitch() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [listener] = useListener();
  const { allowed } = useInterleaving();
  const consent = useMutation(
    trpc.interleaving.consent.mutationOptions({
      onSuccess: () =>
        queryClient.invalidateQueries({
          queryKey: trpc.interleaving.pathKey(),
        }),
    }),
  );
  return (
    <Switch
      label="Help compare the methods"
      title="One list mixes both, and what you play and like counts for the method that found it"
      checked={consent.isPending ? consent.variables.allowed : allowed}
      onChange={({ currentTarget }) => consent.mutate({ listener, allowed: currentTarget.checked })}
    />
  );
}
