import {
  analysedMusic,
  type Consonance,
  knownSeedsOf,
  readSettings,
  recommendFor,
  seedsOf,
  suggestSeeds,
} from '@consonance/engine';
import { type Catalogue, genreCentres, songPath, topGenre } from '@consonance/recommender';
import { z } from 'zod';
import * as schemas from '../schemas.ts';
import { procedure, router, states, subscriptionOf } from '../trpc.ts';
import { recommendationView, trackView } from '../views.ts';

export const recommendRouter = router({
  bySeeds: procedure
    .input(schemas.bySeedsInput)
    .output(schemas.recommendations)
    .query(({ ctx: { consonance }, input }) => recommendations(consonance, input)),

  similar: procedure
    .input(schemas.similarInput)
    .output(schemas.recommendations)
    .query(({ ctx: { consonance }, input: { id, ...input } }) =>
      recommendations(consonance, { seedIds: [id], ...input }),
    ),

  suggestSeeds: procedure
    .input(schemas.suggestInput)
    .output(z.object({ seeds: z.array(schemas.track) }))
    .query(async ({ ctx: { consonance }, input: { count } }) => {
      const collection = await consonance.music();
      const seeds = suggestSeeds(collection, collection.tracks, count);
      return { seeds: seeds.map((seed) => trackView(collection, seed)) };
    }),

  path: procedure
    .input(schemas.pathInput)
    .output(schemas.pathSteps)
    .query(async ({ ctx: { consonance }, input: { fromId, toId, count } }) => {
      const collection = await consonance.music();
      seedsOf(collection, [fromId, toId]);
      const { catalogue, trackOf } = collection;
      const steps = songPath(catalogue, fromId, toId, { between: count });
      return {
        steps: steps.map(({ id, similarity }) => ({
          track: trackView(collection, trackOf.get(id)!),
          similarity: similarity ?? null,
        })),
      };
    }),

  map: procedure
    .input(schemas.noInput)
    .output(schemas.map)
    .query(({ ctx: { consonance } }) => mapView(consonance)),

  computeMap: procedure
    .input(schemas.noInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance } }) => {
      consonance.map.start(await analysedMusic(consonance));
      return {};
    }),

  mapProgress: procedure
    .input(schemas.noInput)
    .output(subscriptionOf(schemas.mapProgress))
    .subscription(({ ctx: { consonance, closing }, signal }) =>
      states(consonance.map, closing, signal),
    ),
});

async function recommendations(
  consonance: Consonance,
  { seedIds, filters = {}, ...input }: z.infer<typeof schemas.bySeedsInput>,
): Promise<z.infer<typeof schemas.recommendations>> {
  const settings = await readSettings(consonance.library);
  const seeds = knownSeedsOf(await consonance.music(), seedIds);
  const known = seeds.map(({ id }) => id);
  const result = await recommendFor(consonance, known, {
    maxPerArtist: settings.maxPerArtist ?? undefined,
    ...filters,
    ...input,
    genreWeight: input.genreWeight ?? settings.genreWeight,
  });
  const { collection } = result;
  return {
    method: result.method,
    seeds: result.seeds.map((seed) => trackView(collection, seed)),
    recommendations: result.recommendations.map((song) => recommendationView(collection, song)),
  };
}

async function mapView(consonance: Consonance) {
  const { catalogue } = await consonance.music();
  const points = (await consonance.mapPoints()).filter(({ trackId }) =>
    catalogue.rowOf.has(trackId),
  );
  return {
    modelId: consonance.modelId,
    ids: points.map(({ trackId }) => trackId),
    xy: points.flatMap(({ x, y }) => [rounded(x), rounded(y)]),
    genre: points.map(({ trackId }) =>
      catalogue.labels.indexOf(topGenre(catalogue, catalogue.rowOf.get(trackId)!)),
    ),
    labels: [...catalogue.labels],
    centres: centresOf(catalogue),
    missing: catalogue.size - points.length,
  };
}

/** Finer than any screen shows. */
const rounded = (coordinate: number): number => Math.round(1e4 * coordinate) / 1e4;

const centres = new WeakMap<Catalogue, ReturnType<typeof genreCentres>>();

function centresOf(catalogue: Catalogue) {
  const known = centres.get(catalogue) ?? genreCentres(catalogue);
  centres.set(catalogue, known);
  return known.map(({ label, id, size }) => ({ label, id, size }));
}
