export { subsonicRoutes, type SubsonicOptions } from './routes.ts';
