import type { AppRouter } from '@consonance/api';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import { createTRPCContext } from '@trpc/tanstack-react-query';

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** What the procedures answer, by router and procedure. */
export type Outputs = inferRouterOutputs<AppRouter>;

/** A song as every procedure hands it out. */
export type Track = Outputs['library']['tracks']['tracks'][number];

export function createClient() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: '/trpc' }),
        // Forms of other sites cannot set a header: the server asks for this one on every change.
        false: httpBatchLink({
          url: '/trpc',
          headers: { 'x-consonance-request': '1' },
          // Hundreds of songs, or a text, do not fit in a URL; the names of a batch's procedures must.
          methodOverride: 'POST',
          maxURLLength: 4000,
        }),
      }),
    ],
  });
}
