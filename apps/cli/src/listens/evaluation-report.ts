import type { Metrics, RecommenderResult, Slice, SplitComparison } from '@consonance/recommender';
import { formatTable } from '../table.ts';
import type { Listens } from './listens.ts';
import type { Content } from './protocol.ts';

/** What `evaluate recommenders` found; printed with --json as it is, and kept as report.json. */
export interface EvaluationReport {
  kind: 'recommenders';
  /** ISO 8601. */
  createdAt: string;
  /** What to type to get the report again; without the paths of the machine. */
  command: string;
  dataset: {
    name: string;
    users: number;
    items: number;
    pairs: number;
    warnings: readonly string[];
  };
  settings: { k: number; seeds: readonly number[]; factors: number };
  /** What the result can and cannot show, one sentence each. */
  limits: string[];
  splits: SplitComparison[];
}

export const splitNotes: Record<string, string> = {
  'held-out items': 'A random 20 % of each listener’s items is held out; the rest is the profile.',
  'latest items': 'The 20 % of each listener’s items that were first played last are held out.',
  'new listeners':
    '10 % of the listeners are unknown in training; the recommender sees 5 of their items.',
  'new items':
    '20 % of the items have no listener in training, and only these are ranked: only content can tell them apart.',
};

export const sliceNotes: Record<Exclude<Slice, 'all'>, string> = {
  tail: 'Long tail: only held-out items with at most 5 listeners in training count.',
  artist: 'Artist level: a find is any song of a held-out song’s artist.',
};

/** The sentences that go with any result on these data. */
export function limitsOf({ timeOf }: Listens, content: Content): string[] {
  return [
    'Offline: an item counts as a find only if the listener had played it. Good music they had never met counts as a miss, which favours what is popular.',
    ...(timeOf
      ? []
      : ['The data have no times, so nothing here shows how well the future is predicted.']),
    ...contentLimits(content),
  ];
}

function contentLimits(content: Content): string[] {
  switch (content.kind) {
    case 'none':
      return ['Nothing is known about the items but who plays them: no content methods.'];
    case 'sound':
      return ['Content methods use the embeddings and genres that were computed from the sound.'];
    case 'tags':
      return [
        `The data have no audio: the content methods use the listeners’ tags (${content.tagged} items have one of the commonest, ${content.withGenre} one that speaks of a genre). This shows what a content method with that knowledge could do next to collaborative filtering, and that the methods work.`,
        'It does not show how good the sound embeddings are. People tag what they play, also what is held out here: tags know the listeners, and flatter the content methods. New items have tags here; in life, a new song has none, but it has a sound.',
      ];
  }
}

export const digits = (value: number | undefined, places = 4): string =>
  value === undefined ? '' : value.toFixed(places);
const percent = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(0)} %`;

interface Column {
  title: string;
  cell: (result: RecommenderResult) => string;
}

export function columnsOf(split: SplitComparison, k: number): Column[] {
  const metric =
    (name: keyof Metrics, slice: Slice = 'all') =>
    ({ slices }: RecommenderResult): string =>
      digits(slices[slice]?.[name]);
  const has = (slice: Slice): boolean => split.recommenders.some(({ slices }) => slices[slice]);
  return [
    { title: `P@${k}`, cell: metric('precision') },
    { title: `recall@${k}`, cell: metric('recall') },
    { title: `nDCG@${k}`, cell: metric('ndcg') },
    { title: `MAP@${k}`, cell: metric('map') },
    { title: `MRR@${k}`, cell: metric('mrr') },
    ...(has('tail') ? [{ title: 'nDCG tail', cell: metric('ndcg', 'tail') }] : []),
    ...(has('artist') ? [{ title: 'nDCG artist', cell: metric('ndcg', 'artist') }] : []),
    { title: 'coverage', cell: ({ coverage }) => digits(coverage, 3) },
    { title: 'novelty', cell: ({ novelty }) => digits(novelty, 2) },
    ...(split.recommenders.some(({ diversity }) => diversity !== undefined)
      ? [{ title: 'diversity', cell: (result: RecommenderResult) => digits(result.diversity, 3) }]
      : []),
  ];
}

type LiftRow = SplitComparison['lifts'][number];

const liftCell = ({ lift, liftInterval, difference, differenceInterval }: LiftRow): string =>
  lift !== undefined && liftInterval
    ? `${percent(lift)} [${liftInterval.map(percent).join(', ')}]`
    : `${digits(difference)} [${differenceInterval.map((bound) => digits(bound)).join(', ')}] absolute`;

/** Tables for the terminal. */
export function reportText({ dataset, settings, limits, splits }: EvaluationReport): string {
  const { name, users, items, pairs, warnings } = dataset;
  return [
    `${name}: ${users} listeners, ${items} items, ${pairs} pairs; seeds ${settings.seeds.join(', ')}`,
    ...warnings.map((warning) => `left out: ${warning}`),
    ...splits.flatMap((split) => {
      const columns = columnsOf(split, settings.k);
      return [
        `\n${split.name} (${split.cases.toFixed(0)} cases)\n${splitNotes[split.name] ?? ''}`,
        formatTable(
          ['', ...columns.map(({ title }) => title), 'lift over popularity [95 %]'],
          split.recommenders.map((result) => [
            result.name,
            ...columns.map(({ cell }) => cell(result)),
            liftsOver('popularity', split).get(result.name) ?? '',
          ]),
        ),
      ];
    }),
    `\n${limits.join('\n')}`,
  ].join('\n');
}

/** Recommender -> lift over the baseline, in words. */
export const liftsOver = (baseline: string, { lifts }: SplitComparison): Map<string, string> =>
  new Map(
    lifts
      .filter((lift) => lift.baseline === baseline)
      .map((lift) => [lift.recommender, liftCell(lift)]),
  );
