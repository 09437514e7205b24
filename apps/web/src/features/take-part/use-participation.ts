import { useQueryClient } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../../api/trpc.ts';

/** Where the participant of this browser stands. */
export type Participation = Outputs['participation']['state'];

/** What every step ends with: the server's answer says where the participant stands now. */
export function useProceed() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return {
    onSuccess: (participation: Participation) =>
      void queryClient.setQueryData(trpc.participation.state.queryKey(), participation),
  };
}
