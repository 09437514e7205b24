import { Text, Title, useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { Chart } from '../../components/chart/chart.tsx';
import { textColour } from '../../components/chart/chart-theme.ts';
import { genreColourIn } from '../../components/genres.ts';
import { clock, percent } from '../../format.ts';
import { overallOption, timeOption } from './genre-charts.ts';
import classes from './song.module.css';
import type { TrackDetails } from './song.tsx';

/** Of many genres the most probable ones say enough. */
const mostShown = 12;

/** How probable each genre is, over the whole song and along it. */
export function Genres({ genres: all, windows }: Pick<TrackDetails, 'genres' | 'windows'>) {
  const genres = useMemo(() => all.slice(0, mostShown), [all]);
  const scheme = useComputedColorScheme('light');
  const overall = useMemo(
    () => overallOption(genres, (label) => genreColourIn(scheme, label), textColour[scheme]),
    [genres, scheme],
  );
  const along = useMemo(
    () => timeOption(windows, (label) => genreColourIn(scheme, label)),
    [windows, scheme],
  );
  const described = genres.map(({ label, probability }) => `${label} ${percent(probability)}`);
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="genres">
      <Title order={2} size="h5" id="genres">
        Genres
      </Title>
      <Chart
        option={overall}
        height={26 * genres.length + 30}
        label={`Probability of each genre: ${described.join(', ')}`}
      />
      {windows.length > 1 && windows.every((window) => window.genres.length > 0) && (
        <>
          <Text size="sm" fw={600}>
            Along the song
          </Text>
          <Chart
            option={along}
            height={240}
            label={`Genres along the song: ${windows
              .map((window) => `at ${clock(window.startSeconds)} ${window.genres[0]?.label}`)
              .join(', ')}`}
          />
        </>
      )}
      <Text size="xs" className="quiet">
        {genres.length < all.length && `The ${mostShown} most probable of ${all.length}. `}
        Genres do not exclude each other, so the probabilities need not add up to 100 %.
      </Text>
    </section>
  );
}
