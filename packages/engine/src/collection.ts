import type { Library, Track, TrackEntry, TrackStatus } from '@consonance/library';
import {
  atOnce,
  type Catalogue,
  type CatalogueInput,
  createCatalogue,
  inParts,
  replaceSongs,
  type Sliced,
  topGenre,
} from '@consonance/recommender';
import { inSlices } from './in-slices.ts';
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
  const forgotten = new Set(catalogue.ids.filter((id) => !trackOf.has(id)));
  const known =
    forgotten.size === 0
      ? catalogue
      : atOnce(replaceSongs(catalogue, forgotten, createCatalogue(noFeatures(model))));
  return { modelId, trackOf, catalogue: known, tracks: atOnce(tracksOf(known, trackOf)) };
}

const noFeatures = ({ labels, dimensions }: Known): CatalogueInput => ({
  ids: [],
  labels,
  dimensions,
  embeddings: new Float32Array(),
  genres: new Float32Array(),
});

/** Only these tracks, as if the library had no others. */
export const loadTracks = (
  library: Library,
  model: Known,
  ids: readonly string[],
): Promise<Collection> => {
  const catalogue = createCatalogue(noFeatures(model));
  const empty = { modelId: model.modelId, trackOf: new Map(), catalogue, tracks: [] };
  return updateCollection(library, model, empty, new Set(ids));
};

const idsPerQuery = 1000;

/** The collection with these tracks as they are now, made in slices between which requests are answered. */
export async function updateCollection(
  library: Library,
  { modelId }: Known,
  collection: Collection,
  changedIds: ReadonlySet<string>,
): Promise<Collection> {
  const allIds = [...changedIds];
  const features: FeaturesById = new Map();
  const entries = new Map<string, TrackEntry>();
  for (let first = 0; first < allIds.length; first += idsPerQuery) {
    const ids = allIds.slice(first, first + idsPerQuery);
    for (const [id, feature] of await library.featuresOf(modelId, ids)) features.set(id, feature);
    for (const entry of await library.entries(ids)) entries.set(entry.id, entry);
  }
  // A track may have been forgotten between the two queries.
  for (const id of features.keys()) if (!entries.has(id)) features.delete(id);
  return inSlices(updated(collection, changedIds, entries, features));
}

type FeaturesById = Map<string, { embedding: Float32Array; genres: Float32Array }>;

function* updated(
  old: Collection,
  changedIds: ReadonlySet<string>,
  entries: ReadonlyMap<string, TrackEntry>,
  features: FeaturesById,
): Sliced<Collection> {
  const trackOf = new Map<string, TrackEntry>();
  const tracks = old.trackOf.values();
  yield* inParts(old.trackOf.size, (from, to) => {
    for (let i = from; i < to; i++) {
      const track = tracks.next().value!;
      if (!changedIds.has(track.id)) trackOf.set(track.id, track);
    }
  });
  for (const [id, entry] of entries) trackOf.set(id, entry);
  const isSame = [...changedIds].every((id) => !old.catalogue.rowOf.has(id) && !features.has(id));
  const catalogue = isSame
    ? old.catalogue
    : yield* replaceSongs(old.catalogue, changedIds, catalogueOf(old.catalogue, features));
  return {
    modelId: old.modelId,
    trackOf,
    catalogue,
    tracks: isSame ? old.tracks : yield* tracksOf(catalogue, trackOf),
  };
}

function catalogueOf({ dimensions, labels }: Catalogue, features: FeaturesById): Catalogue {
  const ids = [...features.keys()].sort();
  const numbers = (name: 'embedding' | 'genres', columns: number) => {
    const all = new Float32Array(ids.length * columns);
    ids.forEach((id, row) => all.set(features.get(id)![name], row * columns));
    return all;
  };
  return createCatalogue({
    ids,
    dimensions,
    labels,
    embeddings: numbers('embedding', dimensions),
    genres: numbers('genres', labels.length),
  });
}

/** @param trackOf holds every row's track */
function* tracksOf(
  { ids, size }: Catalogue,
  trackOf: ReadonlyMap<string, TrackEntry>,
): Sliced<TrackEntry[]> {
  const tracks: TrackEntry[] = [];
  yield* inParts(size, (from, to) => {
    for (let row = from; row < to; row++) tracks.push(trackOf.get(ids[row]!)!);
  });
  return tracks;
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
