/** Two rankings in one list, and which of them the listener turns to (Radlinski, Kurup and Joachims 2008). */
import type { Random } from '@consonance/statistics';
import { signTest } from '@consonance/statistics/inference';

export type Team = 'a' | 'b';

export interface TeamPick {
  trackId: string;
  team: Team;
}

/**
 * Team draft: in each round a coin says which ranking picks first; each picks its best song that is not in
 * the list. What both rank at the same place helps neither, as the coin decides whose it is.
 *
 * @returns up to `count` songs; fewer if both rankings are exhausted
 */
export function teamDraft(
  listA: readonly string[],
  listB: readonly string[],
  count: number,
  random: Random,
): TeamPick[] {
  const picks: TeamPick[] = [];
  const taken = new Set<string>();
  const draft = (team: Team): void => {
    const trackId = (team === 'a' ? listA : listB).find((id) => !taken.has(id));
    if (trackId === undefined || picks.length >= count) return;
    taken.add(trackId);
    picks.push({ trackId, team });
  };
  for (let before = -1; before < picks.length && picks.length < count;) {
    before = picks.length;
    const first = random() < 0.5 ? 'a' : 'b';
    draft(first);
    draft(first === 'a' ? 'b' : 'a');
  }
  return picks;
}

/** What one list brought each team: songs played or liked, less songs disliked. */
export interface InterleavedSession {
  a: number;
  b: number;
}

export interface Preference {
  /** Lists in which team a got more credit. */
  wins: number;
  losses: number;
  /** Lists with the same credit for both, none included. */
  ties: number;
  /** Of wins among wins and losses; null without any. */
  share: number | null;
  /** Wilson's, 95 %; null without wins and losses. */
  interval: [low: number, high: number] | null;
  /** Two-sided sign test; null without wins and losses. */
  pValue: number | null;
}

/** A list counts once, however much was played from it. */
export function preference(sessions: readonly InterleavedSession[]): Preference {
  const count = (sign: number): number =>
    sessions.filter(({ a, b }) => Math.sign(a - b) === sign).length;
  const [wins, losses, ties] = [count(1), count(-1), count(0)];
  return wins + losses === 0
    ? { wins, losses, ties, share: null, interval: null, pValue: null }
    : { wins, losses, ties, ...signTest(wins, losses) };
}
