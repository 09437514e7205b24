export { als } from './als.ts';
export type { AlsOptions } from './als.ts';
export { popularity, random } from './baselines.ts';
export { bpr } from './bpr.ts';
export type { BprOptions } from './bpr.ts';
export { coldStartSwitch, hybrid, rankScores, zScores } from './hybrid.ts';
export type { HybridOptions, Normalisation } from './hybrid.ts';
export {
  createInteractions,
  listenersOf,
  mapValues,
  entriesOf,
  transpose,
} from './interactions.ts';
export type { Interactions, InteractionsInput } from './interactions.ts';
export { itemNeighbours, userNeighbours } from './neighbours.ts';
export type { ItemNeighboursOptions, UserNeighboursOptions } from './neighbours.ts';
export { checkProfile } from './profile.ts';
export type { CheckedProfile } from './profile.ts';
