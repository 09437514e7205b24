import { Text } from '@mantine/core';
import { PageLink } from './page-link.tsx';
import type { ReactNode } from 'react';
import type { Track } from '../api/trpc.ts';
import { clock } from '../format.ts';
import { Cover } from './cover.tsx';
import { GenreTag } from './genre-tag.tsx';
import { PlayButton } from './play-button.tsx';
import { SongMenu } from './song-menu.tsx';
import classes from './song-line.module.css';

interface SongLineProps {
  track: Track;
  /** What plays on after this song. */
  list?: readonly Track[];
  /** Instead of the menu. */
  actions?: ReactNode;
}

/** One song in a list: play, picture, title and artist, genre, length, what can be done. */
export function SongLine({ track, list, actions }: SongLineProps) {
  const { id, title, artist, genres, durationSeconds } = track;
  return (
    <div className={classes.line}>
      <PlayButton track={track} {...(list && { list })} />
      <Cover track={track} size={36} />
      <div className={classes.names}>
        <Text size="sm" fw={600} truncate component={PageLink} href={`/song?id=${id}`}>
          {title}
        </Text>
        <span className={classes.under}>
          <Text size="xs" truncate className="quiet">
            {artist ?? 'Unknown artist'}
          </Text>
          <GenreTag genres={genres} />
        </span>
      </div>
      <Text size="xs" className={`quiet ${classes.length}`}>
        {clock(durationSeconds)}
      </Text>
      {actions ?? <SongMenu track={track} />}
    </div>
  );
}
