import type { PlayerTrack } from '../player/queue.ts';
import { useState } from 'react';
import classes from './cover.module.css';
import { hueOf } from './hue.ts';

const sizes = [64, 128, 256, 512, 1024];

interface CoverProps {
  track: Pick<PlayerTrack, 'id' | 'title' | 'hasCover'>;
  /** Pixels. */
  size: number;
}

/** The picture of the album; without one, a tile whose colour follows from the song's id. */
export function Cover({ track: { id, title, hasCover }, size }: CoverProps) {
  const [broken, setBroken] = useState<string>();
  const box = { width: size, height: size };
  if (!hasCover || broken === id) {
    const style = { ...box, fontSize: size * 0.42, background: `oklch(0.55 0.07 ${hueOf(id)})` };
    return (
      <span className={classes.cover} style={style} aria-hidden="true">
        {title.trim().charAt(0).toUpperCase() || '♪'}
      </span>
    );
  }
  const wanted = sizes.find((candidate) => candidate >= 2 * size) ?? 1024;
  return (
    // Exported pages have no server that could resize; the API's covers come in sizes.
    <img
      className={classes.cover}
      style={box}
      src={`/media/cover/${id}?size=${wanted}`}
      alt=""
      loading="lazy"
      onError={() => setBroken(id)}
    />
  );
}
