import type { AnalysisProgress } from './api/analysis.tsx';

/** 3:07, 1:02:45; a dash where the length is unknown. */
export function clock(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first = 0, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [first, ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/** For a rough length: 40 s, 12 min, 3 h 20 min. */
export function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.round(hours / 24)} days`;
}

/** Nov 30, 2026. */
export const day = (time: string | Date): string =>
  new Date(time).toLocaleDateString('en', { dateStyle: 'medium' });

/** Nov 30, 2026, 3:14 PM. */
export const moment = (time: string): string =>
  new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });

export const count = (number: number) => number.toLocaleString('en');

/** 1 song, 2 songs. */
export const songs = (number: number) => `${count(number)} ${number === 1 ? 'song' : 'songs'}`;

export const percent = (share: number) => `${Math.round(100 * share)} %`;

export function analysisText(progress: AnalysisProgress): string {
  const { state, done, total, filesPerSecond, etaSeconds, error } = progress;
  if (error !== null) return `The analysis stopped: ${error}`;
  if (state === 'idle') return 'Every song is analysed.';
  if (state === 'scanning') return 'Looking for music …';
  const counted = `${count(done)} of ${songs(total)}`;
  if (state === 'paused') return `Paused at ${counted}`;
  const rate = filesPerSecond > 0 ? ` · ${filesPerSecond.toFixed(1)} a second` : '';
  const eta = etaSeconds === null ? '' : ` · ${roughly(etaSeconds)} left`;
  return `Analysing ${counted}${rate}${eta}`;
}
