/** For the tests of other folders. */
export * from './postgres-server.ts';
