import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconHeadphones } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type Outputs, type Track, useTRPC } from '../../api/trpc.ts';
import { SongLine } from '../../components/song-line.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { count, percent, songs } from '../../format.ts';
import classes from './listeners.module.css';

type Interest = Outputs['listeners']['profile']['interests'][number];

const kinds = { play: 'Plays', like: 'Likes', skip: 'Skips', dislike: 'Dislikes' } as const;

/** What the history says: how much, which interests, which songs. */
export function Profile({ listener }: { listener: string }) {
  const trpc = useTRPC();
  const profile = useQuery(trpc.listeners.profile.queryOptions({ name: listener }));
  return (
    <Loaded query={profile} skeleton={<Skeleton height={260} />}>
      {({ counts, interests, aversions, liked, disliked }) =>
        Object.values(counts).every((number) => number === 0) ? (
          <EmptyState icon={IconHeadphones} title="Nothing heard yet">
            Play songs, like some of them, or import a history: from then on there are interests and
            discoveries.
          </EmptyState>
        ) : (
          <Stack gap="lg">
            <dl className={classes.counts}>
              {(Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) => (
                <div key={kind}>
                  <dt>{kinds[kind]}</dt>
                  <dd>{count(counts[kind])}</dd>
                </div>
              ))}
            </dl>
            <Interests
              title="Interests"
              text="Groups of songs that sound alike; what is long ago counts less. Each by the song at its centre."
              interests={interests}
            />
            <Interests
              title="What to keep away from"
              text="From skips and dislikes."
              interests={aversions}
            />
            <Songs title="Liked" tracks={liked} />
            <Songs title="Disliked" tracks={disliked} />
          </Stack>
        )
      }
    </Loaded>
  );
}

interface InterestsProps {
  title: string;
  text: string;
  interests: readonly Interest[];
}

function Interests({ title, text, interests }: InterestsProps) {
  if (interests.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6">
        {title}
      </Title>
      <Text size="xs" className="quiet">
        {text}
      </Text>
      <ul className={classes.list}>
        {interests.map(({ centre, songs: size, share }) => (
          <li key={centre.id}>
            <SongLine track={centre} />
            <Text size="xs" className="quiet" pb={6}>
              {percent(share)} of the listening, {songs(size)}
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Songs({ title, tracks }: { title: string; tracks: readonly Track[] }) {
  if (tracks.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6">
        {title}
      </Title>
      <ul className={classes.list}>
        {tracks.map((track) => (
          <li key={track.id}>
            <SongLine track={track} list={tracks} />
          </li>
        ))}
      </ul>
    </section>
  );
}
