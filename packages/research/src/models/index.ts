export { ablate } from './ablate.ts';
export { compareModels, type StudyInput } from './compare.ts';
