export * from './experiment.ts';
export * from './interleaving.ts';
export * from './participation.ts';
export * from './report.ts';
