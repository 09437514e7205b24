import { setTimeout } from 'node:timers/promises';
import type { Library, Track, TrackEntry, TrackStatus } from '@consonance/library';
import {
  type Catalogue,
  type CatalogueInput,
  createCatalogue,
  embeddingOf,
  genresOf,
  topGenre,
} from '@consonance/recommender';
import { replaceListing } from './listing.ts';
import type { CurrentModel } from './model.ts';

/** The analysed songs: what they sound like, and what is known about them besides. */
export interface Music {
  catalogue: Catalogue;
  /** One per row of the catalogue. */
  tracks: readonly Track[];
  /** Every track of the library by id. */
  trackOf: ReadonlyMap<string, Track>;
}

/** The library in memory at one moment; never changed, only replaced. */
export interface Collection extends Music {
  /** Of the embeddings. */
  modelId: string;
  trackOf: ReadonlyMap<string, TrackEntry>;
}

type Known = Pick<CurrentModel, 'modelId' | 'labels' | 'dimensions'>;

export async function loadCollection(library: Library, model: Known): Promise<Collection> {
  const { modelId } = model;
  const isKnown = (await library.models()).some((known) => known.modelId === modelId);
  const features = isKnown ? await library.features(modelId) : noFeatures(model);
  const catalogue = createCatalogue(features);
  // Afterwards: what has features has a track, unless it was forgotten between the two queries.
  const entries = await library.entries();
  const trackOf = new Map(entries.map((entry) => [entry.id, entry]));
  const forgotten = catalogue.ids.filter((id) => !trackOf.has(id));
  const known =
    forgotten.length === 0
      ? catalogue
      : createCatalogue(withFeatures(catalogue, new Set(forgotten), new Map()));
  return collectionOf(modelId, trackOf, known);
}

const noFeatures = ({ labels, dimensions }: Known): CatalogueInput => ({
  ids: [],
  labels,
  dimensions,
  embeddings: new Float32Array(),
  genres: new Float32Array(),
});

/** @param trackOf holds every row's track */
function collectionOf(
  modelId: string,
  trackOf: ReadonlyMap<string, TrackEntry>,
  catalogue: Catalogue,
): Collection {
  return { modelId, trackOf, catalogue, tracks: catalogue.ids.map((id) => trackOf.get(id)!) };
}

/** Only these tracks, as if the library had no others. */
export const loadTracks = (
  library: Library,
  model: Known,
  ids: readonly string[],
): Promise<Collection> =>
  updateCollection(
    library,
    model,
    collectionOf(model.modelId, new Map(), createCatalogue(noFeatures(model))),
    ids,
  );

const idsPerQuery = 1000;

/**
 * Between pieces of long work, for what waits meanwhile. One turn of the event loop is too little: a
 * request takes several, and would wait for a piece in each.
 */
export const answerRequests = (): Promise<void> => setTimeout(20);

/** The collection with these tracks as they are now, made in pieces between which requests are answered. */
export async function updateCollection(
  library: Library,
  { modelId }: Known,
  collection: Collection,
  changedIds: readonly string[],
): Promise<Collection> {
  const { trackOf, catalogue } = collection;
  const tracks = new Map(trackOf);
  const features = new Map<string, { embedding: Float32Array; genres: Float32Array }>();
  for (let first = 0; first < changedIds.length; first += idsPerQuery) {
    const ids = changedIds.slice(first, first + idsPerQuery);
    for (const [id, feature] of await library.featuresOf(modelId, ids)) features.set(id, feature);
    for (const id of ids) tracks.delete(id);
    for (const entry of await library.entries(ids)) tracks.set(entry.id, entry);
  }
  // A track may have been forgotten between the two queries.
  for (const id of features.keys()) if (!tracks.has(id)) features.delete(id);
  const isGone = (id: string) => catalogue.rowOf.has(id) && !features.has(id);
  const isSameCatalogue = features.size === 0 && !changedIds.some(isGone);
  await answerRequests();
  const input = isSameCatalogue
    ? undefined
    : withFeatures(catalogue, new Set(changedIds), features);
  await answerRequests();
  const updated = collectionOf(modelId, tracks, input ? createCatalogue(input) : catalogue);
  await answerRequests();
  replaceListing(collection, updated, changedIds);
  return updated;
}

/** The rows that did not change and the new ones, by id. */
function withFeatures(
  old: Catalogue,
  changed: ReadonlySet<string>,
  features: ReadonlyMap<string, { embedding: Float32Array; genres: Float32Array }>,
): CatalogueInput {
  const { dimensions, labels } = old;
  const ids = [...old.ids.filter((id) => !changed.has(id)), ...features.keys()].sort();
  const embeddings = new Float32Array(ids.length * dimensions);
  const genres = new Float32Array(ids.length * labels.length);
  ids.forEach((id, row) => {
    const feature = features.get(id);
    const oldRow = feature ? -1 : old.rowOf.get(id)!;
    embeddings.set(feature?.embedding ?? embeddingOf(old, oldRow), row * dimensions);
    genres.set(feature?.genres ?? genresOf(old, oldRow), row * labels.length);
  });
  return { ids, embeddings, dimensions, labels, genres };
}

/** A track that only another model has analysed is still to be done. */
export function statusOf({ catalogue }: Music, { id, status }: Track): TrackStatus {
  return status === 'analysed' && !catalogue.rowOf.has(id) ? 'pending' : status;
}

/** The most probable genre; undefined before the analysis. */
export function genreOf({ catalogue }: Music, { id }: Track): string | undefined {
  const row = catalogue.rowOf.get(id);
  return row === undefined ? undefined : topGenre(catalogue, row);
}
