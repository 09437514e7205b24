import { useComputedColorScheme, useMantineTheme } from '@mantine/core';
import { useCallback, useEffect, useRef } from 'react';
import type WaveSurfer from 'wavesurfer.js';
import { usePlayhead } from '../../player/use-playhead.ts';
import type { Peaks } from './media.ts';
import classes from './song.module.css';

interface WaveformProps extends Peaks {
  trackId: string;
  onSeek: (seconds: number) => void;
}

/** Draws only: the sound itself comes from the player that all pages share. */
export function Waveform({ trackId, peaks, durationSeconds, onSeek }: WaveformProps) {
  const place = useRef<HTMLDivElement>(null);
  const waves = useRef<WaveSurfer>(undefined);
  const played = useRef(0);
  const scheme = useComputedColorScheme('light');
  const { colors } = useMantineTheme();
  const progressColor = colors['accent']?.[scheme === 'dark' ? 4 : 7] ?? '';

  useEffect(() => {
    const container = place.current;
    if (!container) return;
    let gone = false;
    void import('wavesurfer.js').then(({ default: WaveSurfer }) => {
      if (gone) return;
      waves.current = WaveSurfer.create({
        container,
        height: 88,
        peaks: [peaks],
        duration: durationSeconds,
        normalize: true,
        barWidth: 2,
        barGap: 1,
        barRadius: 1,
        cursorWidth: 0,
        waveColor: scheme === 'dark' ? '#56636b' : '#b4c0c6',
        progressColor,
      });
      waves.current.on('interaction', onSeek);
      waves.current.on('ready', () => waves.current?.setTime(played.current));
    });
    return () => {
      gone = true;
      waves.current?.destroy();
      waves.current = undefined;
    };
  }, [peaks, durationSeconds, onSeek, scheme, progressColor]);

  usePlayhead(
    trackId,
    useCallback((seconds: number) => {
      played.current = seconds;
      waves.current?.setTime(seconds);
    }, []),
  );

  return (
    <div
      ref={place}
      className={classes.waveform}
      role="img"
      aria-label="Waveform: loudness along the song"
    />
  );
}
