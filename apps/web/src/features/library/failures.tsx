import { Button, Group, Text } from '@mantine/core';
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { EmptyState, Loaded, Rows } from '../../components/states.tsx';
import { moment, songs } from '../../format.ts';
import classes from './list.module.css';

/** The files that could not be analysed and why. */
export function Failures() {
  const trpc = useTRPC();
  const failures = useQuery(trpc.library.failures.queryOptions());
  const retry = useMutation(trpc.library.retry.mutationOptions());
  return (
    <Loaded query={failures} skeleton={<Rows count={4} />}>
      {(list) =>
        list.length === 0 ? (
          <div className="panel">
            <EmptyState icon={IconCircleCheck} title="Every file could be read">
              Files that cannot be analysed are listed here with the reason.
            </EmptyState>
          </div>
        ) : (
          <>
            <Group justify="space-between" mb="sm" wrap="nowrap">
              <Text size="sm" className="quiet">
                {songs(list.length)} could not be analysed. A file is tried again by itself when it
                changes.
              </Text>
              <Button
                flex="none"
                variant="default"
                size="xs"
                leftSection={<IconRefresh size={15} stroke={1.7} />}
                loading={retry.isPending}
                onClick={() => retry.mutate({})}
              >
                Try all again
              </Button>
            </Group>
            <ul className={`panel ${classes.list}`}>
              {list.map(({ track, fileName, code, message, attempts, failedAt }) => (
                <li key={track.id} className={classes.item}>
                  <div className={classes.text}>
                    <Text size="sm" fw={600} truncate>
                      {fileName}
                    </Text>
                    <Text size="sm">{message}</Text>
                    <Text size="xs" className="quiet">
                      {code} · {attempts === 1 ? 'tried once' : `tried ${attempts} times`}, last on{' '}
                      {moment(failedAt)}
                    </Text>
                  </div>
                  <Button
                    variant="default"
                    size="xs"
                    disabled={retry.isPending}
                    aria-label={`Try again: ${fileName}`}
                    onClick={() => retry.mutate({ ids: [track.id] })}
                  >
                    Try again
                  </Button>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}
