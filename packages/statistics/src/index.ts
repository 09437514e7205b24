export * from './bootstrap.ts';
export * from './calibration.ts';
export * from './classification.ts';
export * from './logistic-regression.ts';
export * from './mcnemar.ts';
export * from './random.ts';
export * from './ranking.ts';
export * from './retrieval.ts';
