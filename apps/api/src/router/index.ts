import { interleavingRouter, participationRouter, studiesRouter } from '../study/index.ts';
import { router } from '../trpc.ts';
import { analysisRouter } from './analysis.ts';
import { authRouter } from './auth.ts';
import { libraryRouter } from './library.ts';
import { listenersRouter } from './listeners.ts';
import { modelsRouter } from './models.ts';
import { playlistsRouter } from './playlists.ts';
import { recommendRouter } from './recommend.ts';
import { systemRouter } from './system.ts';
import { usersRouter } from './users.ts';

export const appRouter = router({
  analysis: analysisRouter,
  auth: authRouter,
  interleaving: interleavingRouter,
  library: libraryRouter,
  listeners: listenersRouter,
  models: modelsRouter,
  participation: participationRouter,
  playlists: playlistsRouter,
  recommend: recommendRouter,
  studies: studiesRouter,
  system: systemRouter,
  users: usersRouter,
});

export type AppRouter = typeof appRouter;
