export { pairedBootstrap } from './bootstrap.ts';
export type { Lift } from './bootstrap.ts';
export { compareRecommenders } from './compare.ts';
export type {
  ComparisonOptions,
  ComparisonProgress,
  RecommenderResult,
  SplitComparison,
} from './compare.ts';
export { evaluate, meanMetrics } from './evaluate.ts';
export type { Evaluation, EvaluationOptions, Slice } from './evaluate.ts';
export { genrePrecision } from './genre-precision.ts';
export type { GenrePrecision, Truth } from './genre-precision.ts';
export { metricNames, metricsAt } from './metrics.ts';
export type { Metrics } from './metrics.ts';
export { holdOutItems, holdOutLatest, holdOutRandom, holdOutUsers } from './splits.ts';
export type { EvaluationCase, Split } from './splits.ts';
