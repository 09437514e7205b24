import type { SplitComparison } from '@consonance/recommender';
import {
  charts,
  type Html,
  html,
  intervalChart,
  list,
  page,
  paragraph,
  section,
  table,
} from '@consonance/report';
import {
  columnsOf,
  type EvaluationReport,
  liftsOver,
  sliceNotes,
  splitNotes,
} from './evaluation-report.ts';

/** The report as one page that needs nothing else. */
export function reportHtml({
  dataset,
  settings,
  limits,
  splits,
  ...report
}: EvaluationReport): string {
  const { name, users, items, pairs, warnings } = dataset;
  return page(
    `Recommenders on ${name}`,
    paragraph(
      `${users} listeners, ${items} items, ${pairs} pairs of listener and item. Lists of ${settings.k}; ` +
        `seeds ${settings.seeds.join(', ')}; ${settings.factors} factors. ${report.createdAt}: ${report.command}`,
    ),
    list(warnings.map((warning) => `Left out: ${warning}`)),
    section('What this can and cannot show', list(limits)),
    ...splits.map((split) => splitSection(split, settings.k)),
    section('Definitions', list(definitions(settings.k))),
  );
}

const definitions = (k: number): string[] => [
  `P@${k}: share of the ${k} recommended items that the listener has among the held-out ones. Recall@${k}: share of the held-out items that are recommended.`,
  `nDCG@${k}: gain of the finds, discounted by log2 of their place, over that of a perfect list. MAP@${k}: mean of the precisions at the finds. MRR@${k}: 1 / place of the first find.`,
  'Coverage: share of all items that anyone is recommended. Novelty: mean −log2 of the share of listeners who know an item, in bits. Diversity: mean of 1 − similarity within a list.',
  'Lift: mean nDCG over that of the baseline, minus 1. The interval holds 95 % of 1000 paired bootstrap resamples of the listeners.',
  ...Object.values(sliceNotes),
];

function splitSection(split: SplitComparison, k: number): Html {
  const { name, cases, recommenders } = split;
  const columns = columnsOf(split, k);
  const baselines = recommenders
    .map(({ name }) => name)
    .filter((name) => split.lifts.some(({ baseline }) => baseline === name));
  const lifts = baselines.map((baseline) => liftsOver(baseline, split));
  return section(
    name,
    paragraph(`${splitNotes[name] ?? ''} ${cases.toFixed(0)} cases.`),
    charts(
      intervalChart({
        title: `${name}: mean over the seeds; the line reaches from the lowest seed to the highest`,
        xName: `nDCG@${k}`,
        rows: recommenders.map(({ name, slices, ndcgBySeed }) => ({
          name,
          value: slices.all?.ndcg ?? null,
          interval: [Math.min(...ndcgBySeed), Math.max(...ndcgBySeed)],
        })),
      }),
    ),
    table(
      ['Recommender', ...columns.map(({ title }) => title)],
      recommenders.map((result) => [result.name, ...columns.map(({ cell }) => cell(result))]),
    ),
    html`<h3>Lift in nDCG@${k} [95 % interval]</h3>`,
    table(
      ['Recommender', ...baselines.map((baseline) => `over ${baseline}`)],
      recommenders.map(({ name }) => [name, ...lifts.map((of) => of.get(name) ?? '')]),
    ),
  );
}
