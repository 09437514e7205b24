import { useDocumentVisibility } from '@mantine/hooks';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useState } from 'react';

/** How long after an end or a refusal the server is asked again. */
const againMilliseconds = 3000;

type Options<Output, Failure> = Parameters<typeof useSubscription<Output, Failure>>[0];

/**
 * The last word of a subscription, undefined before the first. A server that ends says so, and the client
 * takes that, like a refusal, for the end: it is asked again until it answers. A page that nobody sees
 * leaves its connection to others: a browser allows six to one server.
 */
export function useLive<Output, Failure>(options: Options<Output, Failure>): Output | undefined {
  const enabled = useDocumentVisibility() === 'visible';
  const { data, status, reset } = useSubscription({ ...options, enabled });
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last) setLast(data);
  const hasEnded = enabled && (status === 'idle' || status === 'error');
  useEffect(() => {
    if (!hasEnded) return;
    const timer = setInterval(reset, againMilliseconds);
    return () => clearInterval(timer);
  }, [hasEnded, reset]);
  return data ?? last;
}
