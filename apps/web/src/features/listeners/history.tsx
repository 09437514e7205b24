import { Group, Pagination, Select, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { PageLink } from '../../components/page-link.tsx';
import { EmptyState, Loaded, Rows } from '../../components/states.tsx';
import { count, moment } from '../../format.ts';
import classes from './listeners.module.css';

type Kind = Outputs['listeners']['history']['events'][number]['kind'];

const kinds: Record<Kind, string> = {
  play: 'Played',
  skip: 'Skipped',
  like: 'Liked',
  dislike: 'Disliked',
};
const perPage = 50;

/** Everything that was played, skipped, liked and disliked, the latest first. */
export function History({ listener }: { listener: string }) {
  const trpc = useTRPC();
  const [kind, setKind] = useState<Kind | null>(null);
  const [page, setPage] = useState(1);
  const history = useQuery(
    trpc.listeners.history.queryOptions(
      { listener, ...(kind && { kind }), offset: (page - 1) * perPage, limit: perPage },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Select
          aria-label="Kind of event"
          placeholder="Everything"
          clearable
          data={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(value) => {
            setKind(value as Kind | null);
            setPage(1);
          }}
        />
        <Text size="sm" className="quiet" role="status">
          {history.data && `${count(history.data.total)} events`}
        </Text>
      </Group>
      <Loaded query={history} skeleton={<Rows count={8} height={36} />}>
        {({ total, events }) =>
          total === 0 ? (
            <EmptyState icon={IconHistory} title="Nothing yet">
              What this listener plays and likes is listed here.
            </EmptyState>
          ) : (
            <>
              <ul className={classes.list}>
                {events.map(({ kind: what, at, track }, i) => (
                  <li key={`${at} ${i}`} className={classes.event}>
                    <Text size="sm">{kinds[what]}</Text>
                    <Text size="sm" truncate component={PageLink} href={`/song?id=${track.id}`}>
                      {track.title}
                      {track.artist === null ? '' : ` · ${track.artist}`}
                    </Text>
                    <Text size="xs" className="quiet">
                      {moment(at)}
                    </Text>
                  </li>
                ))}
              </ul>
              {total > perPage && (
                <Pagination
                  mt="md"
                  total={Math.ceil(total / perPage)}
                  value={page}
                  onChange={setPage}
                  getControlProps={(control) => ({ 'aria-label': `${control} page` })}
                />
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}
