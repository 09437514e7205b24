import { Alert, Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { moment } from '../../format.ts';
import type { TrackDetails } from './song.tsx';

interface FailureNoteProps {
  id: string;
  failure: NonNullable<TrackDetails['failure']>;
}

export function FailureNote({ id, failure: { message, failedAt } }: FailureNoteProps) {
  const trpc = useTRPC();
  const retry = useMutation(trpc.library.retry.mutationOptions());
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title="This file could not be analysed"
    >
      <Text size="sm">{message}</Text>
      <Text size="xs" className="quiet" my={6}>
        Last tried on {moment(failedAt)}
      </Text>
      <Button
        size="xs"
        variant="default"
        loading={retry.isPending}
        onClick={() => retry.mutate({ ids: [id] })}
      >
        Try again
      </Button>
    </Alert>
  );
}
