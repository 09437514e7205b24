import * as schemas from '../schemas.ts';
import { adminProcedure, procedure, router, states, subscriptionOf } from '../trpc.ts';

export const analysisRouter = router({
  start: adminProcedure
    .input(schemas.startInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance }, input: { retryFailures } }) => {
      await consonance.analysis.start({ retryFailures });
      return {};
    }),

  pause: adminProcedure
    .input(schemas.noInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance } }) => {
      await consonance.analysis.pause();
      return {};
    }),

  state: procedure
    .input(schemas.noInput)
    .output(schemas.analysisProgress)
    .query(({ ctx: { consonance } }) => consonance.analysis.progress),

  progress: procedure
    .input(schemas.noInput)
    .output(subscriptionOf(schemas.analysisProgress))
    .subscription(({ ctx: { consonance, closing }, signal }) =>
      states(consonance.analysis, closing, signal),
    ),
});
