'use client';

import { Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useEffect } from 'react';
import { errorReason } from '../../api/errors.ts';
import { useTRPC } from '../../api/trpc.ts';
import { Loaded } from '../../components/states.tsx';
import { ColourSchemeToggle } from '../../shell/colour-scheme-toggle.tsx';
import { Consent } from './consent.tsx';
import { Done } from './done.tsx';
import { NotInvited } from './not-invited.tsx';
import { Ratings } from './ratings.tsx';
import { SongChoice } from './song-choice.tsx';
import { SoundCheck } from './sound-check.tsx';
import { Step } from './step.tsx';
import classes from './take-part.module.css';
import { type Participation, useProceed } from './use-participation.ts';

/** A participant's whole way through a study, by an invitation link; the same browser goes on where it was. */
export function TakePart() {
  const trpc = useTRPC();
  const proceed = useProceed();
  const invitation = useSearchParams().get('invitation');
  const enter = useMutation(
    trpc.participation.enter.mutationOptions({
      meta: { isErrorShown: true },
      onSuccess(participation) {
        proceed.onSuccess(participation);
        // The browser's history need not keep the secret; the cookie does.
        window.history.replaceState(null, '', '/take-part/');
      },
    }),
  );
  useEffect(() => {
    if (invitation !== null) enter.mutate({ token: invitation });
  }, [invitation]);
  const state = useQuery(
    trpc.participation.state.queryOptions(undefined, {
      enabled: invitation === null,
    }),
  );
  return (
    <div className={classes.page}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={650}>{state.data?.title ?? 'Listening study'}</Text>
        <ColourSchemeToggle />
      </Group>
      {enter.error ? (
        <NotInvited error={enter.error} />
      ) : errorReason(state.error) === 'NOT_INVITED' ? (
        <NotInvited error={state.error} />
      ) : (
        <Loaded query={state} skeleton={<Skeleton height={320} />}>
          {(participation) => <Phase participation={participation} />}
        </Loaded>
      )}
    </div>
  );
}

function Phase({ participation }: { participation: Participation }) {
  switch (participation.phase) {
    case 'consent':
      return <Consent consent={participation.consent} />;
    case 'sound':
      return <SoundCheck />;
    case 'songs':
      return <SongChoice seedCount={participation.seedCount} />;
    case 'rating':
      return <Ratings participation={participation} />;
    case 'done':
      return <Done withdrawalCode={participation.withdrawalCode} />;
    case 'closed':
      return (
        <Step title="This study is closed">
          <Text>Thank you for your interest. No more answers are taken.</Text>
        </Step>
      );
  }
}
