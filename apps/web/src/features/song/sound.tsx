import { Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type MouseEvent, useCallback, useRef } from 'react';
import { Loaded } from '../../components/states.tsx';
import { clock } from '../../format.ts';
import { player } from '../../player/player.ts';
import { usePlayhead } from '../../player/use-playhead.ts';
import { useIsPlaying } from '../../player/use-player.ts';
import { type SpectrogramAxes, peaksOf, spectrogramAxesOf } from './media.ts';
import classes from './song.module.css';
import type { TrackDetails } from './song.tsx';
import { ticks } from './ticks.ts';
import { Waveform } from './waveform.tsx';

/** Waveform and mel spectrogram on one time axis, with the playhead; a click plays from there. */
export function Sound({ track }: { track: TrackDetails }) {
  const { id } = track;
  const { isCurrent } = useIsPlaying(id);
  const peaks = useQuery({ queryKey: ['peaks', id], queryFn: () => peaksOf(id) });
  const seek = useCallback(
    (seconds: number) => {
      if (isCurrent) player.seek(seconds);
      else player.play([track], 0, seconds);
    },
    [isCurrent, track],
  );
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="sound">
      <Title order={2} size="h5" id="sound">
        Sound
      </Title>
      <Loaded query={peaks} skeleton={<Skeleton className={classes.waiting ?? ''} />}>
        {(waveform) => (
          <div className={classes.plots}>
            <Waveform trackId={id} {...waveform} onSeek={seek} />
            <Spectrogram track={track} durationSeconds={waveform.durationSeconds} onSeek={seek} />
          </div>
        )}
      </Loaded>
      <Text size="xs" className="quiet">
        Mel spectrogram: loudness of each frequency over time, as the model hears it. Click to play
        from there.
      </Text>
    </section>
  );
}

/** Without labels that would stand on each other: at least this share of the height apart. */
const labelDistance = 0.08;

function readable(frequencies: SpectrogramAxes['frequencies']) {
  let last = Infinity;
  return frequencies
    .toSorted((a, b) => b.position - a.position)
    .filter(({ position }) => {
      if (last - position < labelDistance) return false;
      last = position;
      return true;
    });
}

interface SpectrogramProps {
  track: TrackDetails;
  durationSeconds: number;
  onSeek: (seconds: number) => void;
}

function Spectrogram({ track: { id, title }, durationSeconds, onSeek }: SpectrogramProps) {
  const head = useRef<HTMLDivElement>(null);
  const axes = useQuery({ queryKey: ['spectrogram', id], queryFn: () => spectrogramAxesOf(id) });
  usePlayhead(
    id,
    useCallback(
      (seconds: number) => {
        if (head.current) head.current.style.left = `${(100 * seconds) / durationSeconds}%`;
      },
      [durationSeconds],
    ),
  );
  const seek = ({ currentTarget, clientX }: MouseEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    onSeek(((clientX - left) / width) * durationSeconds);
  };
  return (
    <div className={classes.spectrogram} onClick={seek}>
      <img src={`/media/spectrogram/${id}.png`} alt={`Mel spectrogram of ${title}`} />
      <div ref={head} className={classes.playhead} />
      {readable(axes.data?.frequencies ?? []).map(({ hz, position }) => (
        <span key={hz} className={classes.hertz} style={{ bottom: `${100 * position}%` }}>
          {hz < 1000 ? `${hz} Hz` : `${hz / 1000} kHz`}
        </span>
      ))}
      {ticks(durationSeconds).map((seconds) => (
        <span
          key={seconds}
          className={classes.seconds}
          style={{ left: `${(100 * seconds) / durationSeconds}%` }}
        >
          {clock(seconds)}
        </span>
      ))}
    </div>
  );
}
