'use client';

import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import { IconFileOff, IconMusicOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { PageLink } from '../../components/page-link.tsx';
import { useSearchParams } from 'next/navigation';
import { errorCode } from '../../api/errors.ts';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { FailureNote } from './failure-note.tsx';
import { Genres } from './genres.tsx';
import { Neighbours } from './neighbours.tsx';
import { Sound } from './sound.tsx';
import { SongHead } from './song-head.tsx';
import classes from './song.module.css';

export type TrackDetails = Outputs['library']['track'];

export function Song() {
  const trpc = useTRPC();
  const id = useSearchParams().get('id') ?? '';
  const query = useQuery(trpc.library.track.queryOptions({ id }, { enabled: id !== '' }));
  const unknown = ['NOT_FOUND', 'BAD_REQUEST'].includes(errorCode(query.error) ?? '');
  if (id === '' || unknown) {
    return (
      <Page title="Song">
        <div className="panel">
          <EmptyState icon={IconMusicOff} title="This song is not in the library">
            <Button component={PageLink} href="/library" variant="default">
              All songs
            </Button>
          </EmptyState>
        </div>
      </Page>
    );
  }
  return (
    <Loaded query={query} skeleton={<Waiting />}>
      {(track) => <Details track={track} />}
    </Loaded>
  );
}

function Details({ track }: { track: TrackDetails }) {
  const { id, status, failure, genres, windows } = track;
  return (
    <div className={classes.page}>
      <SongHead track={track} />
      {failure && <FailureNote id={id} failure={failure} />}
      {status === 'vanished' && <GoneNote />}
      {status !== 'failed' && status !== 'vanished' && <Sound key={id} track={track} />}
      {status === 'analysed' && (
        <div className={classes.columns}>
          <Genres genres={genres} windows={windows} />
          <Neighbours track={track} />
        </div>
      )}
    </div>
  );
}

function GoneNote() {
  return (
    <Alert icon={<IconFileOff aria-hidden />} color="gray" title="The file is gone">
      It is no longer where it was found. Put it back and look for music again: the song returns
      with all that was heard in it.
    </Alert>
  );
}

function Waiting() {
  return (
    <Stack className={classes.page} gap="md">
      <Skeleton height={96} />
      <Skeleton height={452} />
      <Skeleton height={320} />
    </Stack>
  );
}
