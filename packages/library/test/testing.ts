/** For the tests of other folders. */
export * from './postgres-server.ts';
export { wav } from './wav.ts';
