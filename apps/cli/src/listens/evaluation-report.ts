import type { Metrics, RecommenderResult, Slice, SplitComparison } from '@consonance/recommender';
import { formatTable } from '../table.ts';
import type { Listens } from './listens.ts';
import type { Content } from './protocol.ts';

/** What `evaluate recommenders` found; printed with --json as it is. */
export interface EvaluationReport {
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

const digits = (value: number | undefined, places = 4): string =>
  value === undefined ? '' : value.toFixed(places);
const percent = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(0)} %`;

interface Column {
  title: string;
  cell: (result: RecommenderResult) => string;
}

function columnsOf(split: SplitComparison, k: number): Column[] {
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

const liftsOver = (baseline: string, { lifts }: SplitComparison): Map<string, string> =>
  new Map(
    lifts
      .filter((lift) => lift.baseline === baseline)
      .map((lift) => [lift.recommender, liftCell(lift)]),
  );

/** One page that needs nothing else, light or dark as the reader's system is. */
export function reportHtml(report: EvaluationReport): string {
  const { dataset, settings, limits, splits } = report;
  const facts = `${dataset.users} listeners, ${dataset.items} items, ${dataset.pairs} pairs of listener and item. Lists of ${settings.k}; seeds ${settings.seeds.join(', ')}; ${settings.factors} factors.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recommenders on ${escape(dataset.name)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Recommenders on ${escape(dataset.name)}</h1>
<p>${escape(facts)}</p>
${list(dataset.warnings.map((warning) => `Left out: ${warning}`))}
<h2>What this can and cannot show</h2>
${list(limits)}
${splits.map((split) => splitHtml(split, settings.k)).join('\n')}
<h2>Definitions</h2>
${list(definitions(settings.k))}
</main>
</body>
</html>
`;
}

const definitions = (k: number): string[] => [
  `P@${k}: share of the ${k} recommended items that the listener has among the held-out ones. Recall@${k}: share of the held-out items that are recommended.`,
  `nDCG@${k}: gain of the finds, discounted by log2 of their place, over that of a perfect list. MAP@${k}: mean of the precisions at the finds. MRR@${k}: 1 / place of the first find.`,
  'Coverage: share of all items that anyone is recommended. Novelty: mean −log2 of the share of listeners who know an item, in bits. Diversity: mean of 1 − similarity within a list.',
  'Lift: mean nDCG over that of the baseline, minus 1. The interval holds 95 % of 1000 paired bootstrap resamples of the listeners.',
  ...Object.values(sliceNotes),
];

function splitHtml(split: SplitComparison, k: number): string {
  const columns = columnsOf(split, k);
  const bars = split.recommenders.map(({ name, slices, ndcgBySeed }) => ({
    name,
    value: slices.all?.ndcg ?? 0,
    low: Math.min(...ndcgBySeed),
    high: Math.max(...ndcgBySeed),
  }));
  const baselines = split.recommenders
    .map(({ name }) => name)
    .filter((name) => split.lifts.some(({ baseline }) => baseline === name));
  const liftTable = baselines.map((baseline) => liftsOver(baseline, split));
  return `<section>
<h2>${escape(split.name)}</h2>
<p>${escape(splitNotes[split.name] ?? '')} ${split.cases.toFixed(0)} cases.</p>
<figure>
<figcaption>nDCG@${k}, mean over the seeds; the line reaches from the lowest seed to the highest</figcaption>
${barChart(bars)}
</figure>
${table(
  ['Recommender', ...columns.map(({ title }) => title)],
  split.recommenders.map((result) => [result.name, ...columns.map(({ cell }) => cell(result))]),
)}
<h3>Lift in nDCG@${k} [95 % interval]</h3>
${table(
  ['Recommender', ...baselines.map((baseline) => `over ${baseline}`)],
  split.recommenders.map(({ name }) => [name, ...liftTable.map((lifts) => lifts.get(name) ?? '')]),
)}
</section>`;
}

interface Bar {
  name: string;
  value: number;
  low: number;
  high: number;
}

/** Horizontal bars with a line from low to high, as SVG that takes its colours from the page. */
function barChart(bars: readonly Bar[]): string {
  const [labelWidth, plotWidth, rowHeight] = [190, 420, 24];
  const longest = Math.max(...bars.map(({ high }) => high)) || 1;
  const x = (value: number): string => (labelWidth + (value / longest) * plotWidth).toFixed(1);
  const rows = bars.map(({ name, value, low, high }, row) => {
    const y = row * rowHeight;
    const width = ((value / longest) * plotWidth).toFixed(1);
    return `<text class="label" x="${labelWidth - 8}" y="${y + 16}">${escape(name)}</text>
<rect class="bar" x="${labelWidth}" y="${y + 4}" width="${width}" height="16" rx="2"/>
<path class="range" d="M${x(low)} ${y + 12}H${x(high)}"/>
<text x="${Number(x(Math.max(value, high))) + 8}" y="${y + 16}">${digits(value)}</text>`;
  });
  const [width, height] = [labelWidth + plotWidth + 70, bars.length * rowHeight];
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Bar chart; the table below has the numbers">
${rows.join('\n')}
</svg>`;
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<div class="table"><table>
<thead><tr>${header.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows
  .map(
    ([name, ...cells]) =>
      `<tr><th scope="row">${escape(name!)}</th>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`,
  )
  .join('\n')}
</tbody>
</table></div>`;

const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const style = `
:root { color-scheme: light dark; --text: #1d1d1f; --soft: #6b6b70; --line: #d9d9de; --bar: #4a7ebb; --range: #16355c; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #ececf0; --soft: #a0a0a8; --line: #3a3a40; --bar: #5b8fd0; --range: #d5e5fa; --page: #18181b; }
}
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; font-size: 1.25rem; } h3 { font-size: 1rem; }
li { margin: .3rem 0; }
figure { margin: 1rem 0; } figcaption { color: var(--soft); margin-bottom: .5rem; }
svg { width: 100%; max-width: 42rem; height: auto; font: 13px system-ui, sans-serif; }
svg text { fill: var(--text); } svg .label { text-anchor: end; }
.bar { fill: var(--bar); } .range { stroke: var(--range); stroke-width: 2; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th[scope=row], thead th:first-child { text-align: left; } thead th { color: var(--soft); font-weight: 600; }
th[scope=row] { font-weight: 400; }
`;
