import {
  type Collection,
  discoverFor,
  importHistory,
  namedInterests,
  readSettings,
  recordName,
  tasteOf,
} from '@consonance/engine';
import type { Library, Listen, Listener } from '@consonance/library';
import { z } from 'zod';
import * as schemas from '../schemas.ts';
import { procedure, router } from '../trpc.ts';
import { interestView, isoTime, listenView, recommendationView, tracksView } from '../views.ts';

const byName = z.strictObject({ name: schemas.listenerName });

export const listenersRouter = router({
  list: procedure
    .input(schemas.noInput)
    .output(z.array(schemas.listener))
    .query(async ({ ctx: { consonance } }) => {
      return (await consonance.library.listeners()).map(listenerView);
    }),

  create: procedure
    .input(byName)
    .output(schemas.listener)
    .mutation(async ({ ctx: { consonance }, input: { name } }) => {
      const { library } = consonance;
      await library.addListener(name);
      const [listener] = await library.listeners(name);
      return listenerView(listener!);
    }),

  remove: procedure
    .input(byName)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance }, input: { name } }) => {
      await consonance.library.removeListener(name);
      return {};
    }),

  profile: procedure
    .input(byName)
    .output(schemas.listenerProfile)
    .query(async ({ ctx: { consonance }, input: { name } }) => {
      const { library } = consonance;
      const collection = await consonance.music();
      const listens = await library.listens(name);
      return {
        name,
        counts: countsOf(listens),
        ...(await interestsOf(library, collection, name, listens)),
        liked: tracksView(collection, idsOf(listens, 'like')),
        disliked: tracksView(collection, idsOf(listens, 'dislike')),
      };
    }),

  history: procedure
    .input(schemas.historyQuery)
    .output(schemas.history)
    .query(async ({ ctx: { consonance }, input: { listener, kind, offset, limit } }) => {
      const collection = await consonance.music();
      const listens = await consonance.library.listens(listener);
      const wanted = listens.filter((listen) => kind === undefined || listen.kind === kind);
      const page = wanted.slice(offset, offset + limit);
      return {
        total: wanted.length,
        events: page.flatMap((listen) => listenView(collection, listen)),
      };
    }),

  import: procedure
    .input(schemas.importInput)
    .output(schemas.importReport)
    .mutation(async ({ ctx: { consonance }, input: { listener, fileName = '', ...file } }) => {
      const report = await importHistory(consonance.library, listener, { fileName, ...file });
      const collection = await consonance.music();
      const { format, added, matched, ambiguous, unmatched, problems } = report;
      return {
        format,
        added,
        problems,
        matched: matched.length,
        records: matched.length + ambiguous.length + unmatched.length,
        ambiguous: ambiguous.map(({ record, songIds }) => ({
          line: record.line,
          name: recordName(record),
          tracks: tracksView(collection, songIds),
        })),
        unmatched: unmatched.map((record) => ({ line: record.line, name: recordName(record) })),
      };
    }),

  record: procedure
    .input(schemas.recordInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance }, input: { listener, share, ...event } }) => {
      const at = Date.now() / 1000;
      await consonance.library.addListens(listener, [
        { ...event, at, ...(share !== undefined && { share }) },
      ]);
      return {};
    }),

  discover: procedure
    .input(schemas.discoverInput)
    .output(schemas.discoveries)
    .mutation(async ({ ctx: { consonance }, input: { listener, filters = {}, ...input } }) => {
      const settings = await readSettings(consonance.library);
      const { recommendations, interests, aversions, collection } = await discoverFor(
        consonance,
        listener,
        {
          maxPerArtist: settings.maxPerArtist ?? undefined,
          ...filters,
          ...input,
          exploration: input.exploration ?? settings.exploration,
          genreWeight: input.genreWeight ?? settings.genreWeight,
        },
      );
      return {
        recommendations: recommendations.map((song) => recommendationView(collection, song)),
        interests: interests.map((interest) => interestView(collection, interest)),
        aversions: aversions.map((interest) => interestView(collection, interest)),
      };
    }),
});

const listenerView = ({ lastAt, ...listener }: Listener) => ({
  ...listener,
  lastAt: lastAt === null ? null : isoTime(lastAt),
});

function countsOf(listens: readonly Listen[]) {
  const counts = { play: 0, skip: 0, like: 0, dislike: 0 };
  for (const { kind } of listens) counts[kind]++;
  return counts;
}

/** The songs whose last word from the listener was this one. */
function idsOf(listens: readonly Listen[], kind: 'like' | 'dislike'): string[] {
  const opinions = new Map<string, Listen['kind']>();
  for (const { trackId, kind: opinion } of listens) {
    const isOpinion = opinion === 'like' || opinion === 'dislike';
    if (isOpinion && !opinions.has(trackId)) opinions.set(trackId, opinion);
  }
  return [...opinions].filter(([, opinion]) => opinion === kind).map(([id]) => id);
}

async function interestsOf(
  library: Library,
  collection: Collection,
  name: string,
  listens: readonly Listen[],
) {
  if (listens.length === 0) return { interests: [], aversions: [] };
  const now = Date.now() / 1000;
  const taste = await tasteOf(library, collection.catalogue, name, { now });
  const views = (interests: typeof taste.interests) =>
    namedInterests(collection, interests).map((interest) => interestView(collection, interest));
  return { interests: views(taste.interests), aversions: views(taste.aversions) };
}
