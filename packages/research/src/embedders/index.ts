export { candidateNames } from './evaluate.ts';
export { fitEmbedder, type FitInput } from './fit.ts';
export type { EmbedderScores, EmbeddersReport } from './report-types.ts';
export { type EmbedderEvaluation, runEmbedderEvaluation } from './run.ts';
export { fitNamed, type Fitted, fittedCard } from './fit-named.ts';
export {
  compareWithDefault,
  type Comparison,
  type ComparisonInput,
} from './compare-with-default.ts';
