export { readListens } from './listens/read-listens.ts';
