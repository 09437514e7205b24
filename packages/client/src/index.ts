import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';
import type { AppRouter } from '@consonance/api';

export { TRPCClientError } from '@trpc/client';
export type { AppRouter };
export type ConsonanceClient = TRPCClient<AppRouter>;

export interface ConsonanceClientOptions {
  /** Of the server, such as `http://localhost:7700`. */
  url: string;
  /** An app password, where users log in. */
  token?: string;
}

/**
 * A client for the API of a Consonance server. Calls made in one tick travel as one request; what the
 * server refuses rejects with a TRPCClientError, whose `data` has `code`, `reason` and `requestId`.
 */
export function createConsonanceClient({ url, token }: ConsonanceClientOptions): ConsonanceClient {
  const endpoint = new URL('/trpc', url).href;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url: endpoint,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input, init) =>
              fetch(input, { ...init, headers: { ...init.headers, ...authorization } }),
          }),
        }),
        false: httpBatchLink({
          url: endpoint,
          // Hundreds of seeds do not fit in a URL.
          methodOverride: 'POST',
          // Without it the server takes a change for another site's.
          headers: { 'x-consonance-request': '1', ...authorization },
        }),
      }),
    ],
  });
}
