'use client';

import { notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { errorCode, errorReason, errorText } from './errors.ts';
import { TRPCProvider, createClient } from './trpc.ts';

/**
 * Queries show their errors where their data would be; changes that fail say so in a message, but for those
 * whose `meta` says that the page itself shows it.
 */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(createClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function createQueryClient() {
  return new QueryClient({
    queryCache: new QueryCache({ onError: logInWhenAsked }),
    mutationCache: new MutationCache({
      onError(error, _input, _context, { meta }) {
        logInWhenAsked(error);
        if (meta?.isErrorShown) return;
        notifications.show({ color: 'red', title: 'That did not work', message: errorText(error) });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => mayPass(error) && failures < 2,
      },
    },
  });
}

/** What the server refuses now it refuses again, but when it is its database that is away. */
function mayPass(error: unknown) {
  const code = errorCode(error);
  return code === undefined || code === 'SERVICE_UNAVAILABLE';
}

function logInWhenAsked(error: unknown) {
  const { pathname, search } = window.location;
  if (errorCode(error) !== 'UNAUTHORIZED' || pathname.startsWith('/login')) return;
  // Whoever mistypes a password on another page is still logged in.
  if (errorReason(error) === 'WRONG_PASSWORD') return;
  window.location.assign(`/login?from=${encodeURIComponent(pathname + search)}`);
}
