import type { Interactions } from '../collaborative/interactions.ts';
import { seededRandom } from '@consonance/statistics';
import type { Recommender } from '../recommender.ts';
import { type Lift, pairedBootstrap } from './bootstrap.ts';
import {
  type Evaluation,
  type EvaluationOptions,
  evaluate,
  meanMetrics,
  type Slice,
} from './evaluate.ts';
import type { Metrics } from './metrics.ts';
import type { Split } from './splits.ts';

export interface ComparisonOptions extends Omit<EvaluationOptions, 'seed'> {
  /** The protocols by name; each split is drawn anew for each seed. */
  splits: Record<string, (random: () => number) => Split>;
  /** Trains the recommenders, the same ones each time. */
  build: (train: Interactions, seed: number) => readonly Recommender[];
  /** Each seed is one run of everything. */
  seeds: readonly number[];
  /** Names of the recommenders that the others are measured against. */
  baselines: readonly string[];
  /** Called before each recommender is evaluated. */
  onProgress?: (progress: ComparisonProgress) => void;
}

export interface ComparisonProgress {
  split: string;
  seed: number;
  recommender: string;
  /** Runs done, of `total`. */
  done: number;
  total: number;
}

export interface SplitComparison {
  name: string;
  /** Cases, mean over the seeds. */
  cases: number;
  recommenders: RecommenderResult[];
  /** nDCG of each recommender against each baseline. */
  lifts: ({ recommender: string; baseline: string } & Lift)[];
}

/** Means over users, then over seeds. */
export interface RecommenderResult {
  name: string;
  slices: Partial<Record<Slice, Metrics>>;
  /** nDCG of the slice `all` for each seed. */
  ndcgBySeed: number[];
  coverage: number;
  novelty: number;
  diversity: number | undefined;
}

/** Evaluates all recommenders on all splits with all seeds, and compares them user by user. */
export function compareRecommenders(options: ComparisonOptions): SplitComparison[] {
  const { splits, build, seeds, baselines, onProgress } = options;
  let done = 0;
  return Object.entries(splits).map(([split, draw], index) => {
    const runs = new Map<string, Evaluation[]>();
    for (const seed of seeds) {
      const drawn = draw(seededRandom(seed));
      const recommenders = build(drawn.train, seed);
      for (const recommender of recommenders) {
        const { name } = recommender;
        const total = recommenders.length * seeds.length * Object.keys(splits).length;
        onProgress?.({ split, seed, recommender: name, done: done++, total });
        const evaluation = evaluate(recommender, drawn, { ...options, seed });
        runs.set(name, [...(runs.get(name) ?? []), evaluation]);
      }
    }
    const byUser = new Map([...runs].map(([name, all]) => [name, ndcgByUser(all)]));
    const lifts = [...byUser].flatMap(([recommender, values]) =>
      baselines
        .filter((baseline) => baseline !== recommender && byUser.has(baseline) && values.length > 0)
        .map((baseline) => {
          const random = seededRandom(index + 1);
          const lift = pairedBootstrap(values, byUser.get(baseline)!, random);
          return { recommender, baseline, ...lift };
        }),
    );
    const evaluations = [...runs.values()][0] ?? [];
    return {
      name: split,
      cases: mean(evaluations.map(({ users }) => users.length)) ?? 0,
      recommenders: [...runs].map(([name, all]) => summarise(name, all)),
      lifts,
    };
  });
}

/** Each user's mean nDCG over the runs; the users, in ascending order, are those of all recommenders. */
function ndcgByUser(runs: readonly Evaluation[]): number[] {
  const values = new Map<number, number[]>();
  for (const { users, slices } of runs) {
    users.forEach((user, k) => {
      values.set(user, [...(values.get(user) ?? []), slices.all![k]!.ndcg]);
    });
  }
  return [...values].sort(([a], [b]) => a - b).map(([, ndcg]) => mean(ndcg)!);
}

function summarise(name: string, runs: readonly Evaluation[]): RecommenderResult {
  const sliceNames = Object.keys(runs[0]!.slices) as Slice[];
  const slices = sliceNames.flatMap((slice) => {
    const metrics = meanMetrics(runs.map((run) => meanMetrics(run.slices[slice]!)));
    return metrics ? [[slice, metrics]] : [];
  });
  return {
    name,
    slices: Object.fromEntries(slices),
    ndcgBySeed: runs.map((run) => meanMetrics(run.slices.all!)?.ndcg ?? 0),
    coverage: mean(runs.map((run) => run.coverage))!,
    novelty: mean(runs.map((run) => run.novelty))!,
    diversity: mean(runs.flatMap((run) => run.diversity ?? [])),
  };
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
