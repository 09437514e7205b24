import type { Track } from '../api/trpc.ts';
import { percent } from '../format.ts';
import classes from './genre-tag.module.css';
import { genreColour } from './genres.ts';

/** The most probable genre of a song: a dot in its colour and its name. */
export function GenreTag({ genres: [genre] }: { genres: Track['genres'] }) {
  if (!genre) return null;
  return (
    <span className={classes.tag} title={`${genre.label}: ${percent(genre.probability)}`}>
      <span className={classes.dot} style={{ background: genreColour(genre.label) }} />
      {genre.label}
    </span>
  );
}
