/** Both methods in one list, in everyday use. */
import {
  creditInterleaved,
  interleave,
  interleavedMethods,
  interleavingResult,
} from '@consonance/engine';
import { noInput, nothing } from '../schemas.ts';
import { procedure, router } from '../trpc.ts';
import { trackView } from '../views.ts';
import * as schemas from './schemas.ts';

export const interleavingRouter = router({
  status: procedure
    .input(schemas.byListener)
    .output(schemas.interleavingStatus)
    .query(async ({ ctx: { consonance }, input: { listener } }) => ({
      allowed: await consonance.library.studies.hasConsent(listener),
    })),

  consent: procedure
    .input(schemas.interleavingConsent)
    .output(schemas.interleavingStatus)
    .mutation(async ({ ctx: { consonance }, input: { listener, allowed } }) => {
      await consonance.library.studies.setConsent(listener, allowed);
      return { allowed };
    }),

  next: procedure
    .input(schemas.interleavingInput)
    .output(schemas.interleaved)
    .mutation(async ({ ctx: { consonance }, input }) => {
      const { sessionId, tracks } = await interleave(consonance, {
        ...input,
        random: Math.random,
      });
      const collection = await consonance.music();
      return {
        sessionId,
        recommendations: tracks.map((track) => ({ track: trackView(collection, track) })),
      };
    }),

  credit: procedure
    .input(schemas.creditInput)
    .output(nothing)
    .mutation(async ({ ctx: { consonance }, input: { sessionId, trackId, kind } }) => {
      await creditInterleaved(consonance, sessionId, trackId, kind);
      return {};
    }),

  result: procedure
    .input(noInput)
    .output(schemas.preference)
    .query(async ({ ctx: { consonance } }) => ({
      methods: interleavedMethods,
      ...(await interleavingResult(consonance)),
    })),
});
