export { interleavingRouter } from './interleaving.ts';
export { participationRouter } from './participation.ts';
export { studyRoutes } from './routes.ts';
export { studiesRouter } from './studies.ts';
