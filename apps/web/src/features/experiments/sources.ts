import type { ArmSource } from '@consonance/study';

/** Where the songs of an arm can come from. */
export const sources: Record<string, { label: string; source: ArmSource }> = {
  sound: { label: 'Method 1: by sound', source: { kind: 'method', method: 1 } },
  genre: {
    label: 'Method 2: by sound and genre',
    source: { kind: 'method', method: 2 },
  },
  hard: {
    label: 'Method 2: only the nearest genre',
    source: { kind: 'method', method: 2, variant: 'hard' },
  },
  random: { label: 'Chance', source: { kind: 'random' } },
  popularity: { label: 'Most played songs', source: { kind: 'popularity' } },
  set: { label: 'Songs that I set', source: { kind: 'set', trackIds: [] } },
};

export function sourceKey(source: ArmSource): string {
  if (source.kind !== 'method') return source.kind;
  if (source.method === 1) return 'sound';
  return source.variant === 'hard' ? 'hard' : 'genre';
}
