/** For people who were invited to a listening study; their cookie says who they are. */
import {
  chooseSongs,
  type Consonance,
  EngineError,
  enterStudy,
  finishStudy,
  giveConsent,
  participationOf,
  rateClip,
  searchSongs,
  soundChecked,
  withdraw,
  withdrawByCode,
} from '@consonance/engine';
import type { RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { noInput, nothing } from '../schemas.ts';
import { AccessError } from '../security/index.ts';
import { publicProcedure, router } from '../trpc.ts';
import { clearParticipant, participantSecret, secretOf, setParticipant } from './cookie.ts';
import * as schemas from './schemas.ts';

const participantProcedure = publicProcedure.use(({ ctx, next }) =>
  next({ ctx: { secret: participantSecret(ctx.request) } }),
);

export const participationRouter = router({
  enter: publicProcedure
    .input(schemas.enterInput)
    .output(schemas.participation)
    .mutation(async ({ ctx: { consonance, request, reply }, input: { token } }) => {
      const secret = secretOf(request);
      const own = await guarded(consonance, request.ip, () =>
        enterStudy(consonance, token, secret),
      );
      if (own !== secret) setParticipant(request, reply, own);
      return participationOf(consonance, own);
    }),

  state: participantProcedure
    .input(noInput)
    .output(schemas.participation)
    .query(({ ctx: { consonance, secret } }) => participationOf(consonance, secret)),

  consent: participantProcedure
    .input(noInput)
    .output(schemas.participation)
    .mutation(async ({ ctx: { consonance, secret } }) => {
      await giveConsent(consonance, secret);
      return participationOf(consonance, secret);
    }),

  soundChecked: participantProcedure
    .input(noInput)
    .output(schemas.participation)
    .mutation(async ({ ctx: { consonance, secret } }) => {
      await soundChecked(consonance, secret);
      return participationOf(consonance, secret);
    }),

  searchSongs: participantProcedure
    .input(schemas.searchInput)
    .output(schemas.foundSongs)
    .query(async ({ ctx: { consonance, secret }, input: { text } }) => {
      const tracks = await searchSongs(consonance, secret, text);
      return {
        tracks: tracks.map(({ id, title, artist }) => ({ id, title, artist: artist ?? null })),
      };
    }),

  chooseSongs: participantProcedure
    .input(schemas.chooseInput)
    .output(schemas.participation)
    .mutation(async ({ ctx: { consonance, secret }, input: { trackIds } }) => {
      await chooseSongs(consonance, secret, trackIds);
      return participationOf(consonance, secret);
    }),

  rate: participantProcedure
    .input(schemas.rateInput)
    .output(schemas.participation)
    .mutation(async ({ ctx: { consonance, secret }, input }) => {
      await rateClip(consonance, secret, input);
      return participationOf(consonance, secret);
    }),

  finish: participantProcedure
    .input(noInput)
    .output(schemas.participation)
    .mutation(async ({ ctx: { consonance, secret } }) => {
      await finishStudy(consonance, secret);
      return participationOf(consonance, secret);
    }),

  withdraw: participantProcedure
    .input(noInput)
    .output(nothing)
    .mutation(async ({ ctx: { consonance, reply, secret } }) => {
      await withdraw(consonance, secret);
      clearParticipant(reply);
      return {};
    }),

  withdrawByCode: publicProcedure
    .input(schemas.withdrawInput)
    .output(nothing)
    .mutation(async ({ ctx: { consonance, request }, input: { code } }) => {
      await guarded(consonance, request.ip, () => withdrawByCode(consonance, code));
      return {};
    }),
});

/** Tokens and codes that nobody has, of one address; those who were invited may share one. */
const guesses = { points: 20, duration: 900 };
const limits = new WeakMap<Consonance, RateLimiterMemory>();

/** @throws AccessError TOO_MANY_ATTEMPTS */
async function guarded<T>(
  consonance: Consonance,
  address: string,
  work: () => Promise<T>,
): Promise<T> {
  const limit = limits.get(consonance) ?? new RateLimiterMemory(guesses);
  limits.set(consonance, limit);
  const used = await limit.get(address);
  if (used && used.remainingPoints <= 0) throw tooMany(used);
  try {
    return await work();
  } catch (error) {
    const isGuess = error instanceof EngineError && error.code === 'NOT_INVITED';
    if (isGuess) await limit.consume(address).catch((left: RateLimiterRes) => left);
    throw error;
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): AccessError {
  const minutes = Math.ceil(msBeforeNext / 60_000);
  return new AccessError('TOO_MANY_ATTEMPTS', `Too many attempts: try again in ${minutes} min`);
}
