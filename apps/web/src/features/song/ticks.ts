const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];

/** Round times along a song, six at most. @param durationSeconds length of the song */
export function ticks(durationSeconds: number): number[] {
  const step = steps.find((candidate) => durationSeconds / candidate <= 6) ?? 7200;
  return Array.from({ length: Math.floor(durationSeconds / step) + 1 }, (_, i) => i * step);
}
