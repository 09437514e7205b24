import { Text, VisuallyHidden } from '@mantine/core';
import { genreColour } from '../../components/genres.ts';
import type { Recommendation } from './recommendation-card.tsx';
import classes from './score-bar.module.css';

const threeDigits = (value: number) => value.toFixed(3);

/** The score from 0 to 1, divided into what it is made of: songs, or the sound and genres. */
export function ScoreBar({ score, parts }: Pick<Recommendation, 'score' | 'parts'>) {
  const shown = parts.filter(({ part }) => part > 0.002);
  const text = parts
    .filter(({ part }) => Math.abs(part) > 0.0005)
    .map(({ name, part }) => `${name} ${threeDigits(part)}`);
  return (
    <div className={classes.row} title={text.join('\n')}>
      <div className={classes.track}>
        {shown.map(({ name, trackId, part }, index) => (
          <span
            key={trackId ?? name}
            className={classes.part}
            style={{
              width: `${100 * Math.min(part, 1)}%`,
              background: trackId === null ? partColour(name) : seedColour(index),
            }}
          />
        ))}
      </div>
      <Text size="xs" fw={600} component="span">
        {threeDigits(score)}
      </Text>
      <VisuallyHidden>Made of: {text.join(', ')}</VisuallyHidden>
    </div>
  );
}

const partColour = (name: string) =>
  name === 'sound' ? 'var(--mantine-primary-color-filled)' : genreColour(name);

/** One hue, lighter from part to part: only the shares matter here, the tooltip names the songs. */
const seedColour = (index: number) =>
  `color-mix(in oklab, var(--mantine-primary-color-filled) ${100 - 14 * (index % 6)}%, var(--surface))`;
