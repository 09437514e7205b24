import { Alert, Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ComponentType, ReactNode } from 'react';
import { errorText } from '../api/errors.ts';

interface LoadedProps<Data> {
  query: Pick<UseQueryResult<Data, unknown>, 'data' | 'error' | 'refetch'>;
  /** Of the size of what will come, so that nothing jumps. */
  skeleton: ReactNode;
  children: (data: Data) => ReactNode;
}

/** A query's data, its error with a way to try again, or a skeleton. */
export function Loaded<Data>({ query, skeleton, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <div role="group" aria-busy="true" aria-label="Loading">
      {skeleton}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  retry?: () => void;
  retryLabel?: string;
}

export function ErrorState({ error, retry, retryLabel = 'Try again' }: ErrorStateProps) {
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="This could not be loaded">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{errorText(error)}</Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {retryLabel}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

interface EmptyStateProps {
  icon: ComponentType<{ size: number; stroke: number }>;
  title: string;
  /** What to do about it. */
  children?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center">
      <span className="quiet" aria-hidden="true">
        <Icon size={40} stroke={1.3} />
      </span>
      <Title order={2} size="h4">
        {title}
      </Title>
      <div className="quiet" style={{ maxWidth: '34rem' }}>
        {children}
      </div>
    </Stack>
  );
}

export function Rows({ count, height = 52 }: { count: number; height?: number }) {
  return (
    <Stack gap={6}>
      {Array.from({ length: count }, (_, row) => (
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  );
}
