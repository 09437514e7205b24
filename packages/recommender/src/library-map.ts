import { seededRandom, shuffled } from '@consonance/statistics';
import { UMAP } from 'umap-js';
import type { Catalogue } from './catalogue.ts';
import { expectOption, withDefaults } from './options.ts';
import { principalComponents } from './principal-components.ts';
import { rowScorer } from './row-scorer.ts';
import { embeddingSpace, pointOf, type Space, subspace } from './space.ts';
import { sum, topRows } from './vectors.ts';

export interface MapPoint {
  id: string;
  x: number;
  y: number;
}

export interface MapOptions {
  /** Uniform numbers in [0, 1). Default: of a fixed seed, so that one library has one map. */
  random?: () => number;
  /** How many songs of a larger library are laid out; the others are placed among these. */
  maximumFitted?: number;
  /** Hears now and then how much of the work is done, in [0, 1]. */
  onProgress?: (fraction: number) => void;
}

/** Songs that a song is kept near to, itself included: UMAP's own default. */
const neighbourCount = 15;

/** The first two principal components are scaled to this, as UMAP's implementations do. */
const startingExtent = 10;

/**
 * A 2-D map of the library: UMAP (McInnes, Healy and Melville 2018) on the cosine distance, started
 * from the first two principal components, so that the large directions keep their order. Songs
 * that were not laid out lie in the middle of their nearest songs that were, the nearer the closer.
 * A library of 15 songs or fewer is shown by its principal components alone.
 *
 * It computes without a pause, for up to a minute: run it in a thread where others must not wait.
 *
 * @throws RecommenderError BAD_OPTION for a misspelt option, or fewer than 16 songs to lay out.
 */
export function libraryMap(
  catalogue: Catalogue,
  options: MapOptions = {},
  space: Space = embeddingSpace(catalogue),
): MapPoint[] {
  const { random, maximumFitted, onProgress } = withDefaults<Required<MapOptions>>(
    { random: seededRandom(1), maximumFitted: 5000, onProgress: () => {} },
    options,
  );
  expectOption(
    Number.isInteger(maximumFitted) && maximumFitted > neighbourCount,
    `an integer above ${neighbourCount}`,
    'maximumFitted',
    maximumFitted,
  );
  const rows = [...Array(space.size).keys()];
  const fitted =
    rows.length > maximumFitted ? shuffled(rows, random).slice(0, maximumFitted) : rows;
  const landmarks = subspace(space, fitted);
  let places = startingPlaces(landmarks);
  if (rows.length > neighbourCount) {
    const neighbours = nearestLandmarks(space, landmarks, (done) => onProgress(done / 2));
    const ofLandmarks = fitted.map((row) => neighbours[row]!);
    const laidOut = layOut(landmarks, places, ofLandmarks, random, (done) =>
      onProgress((1 + done) / 2),
    );
    places = neighbours.map((of) => middle(of, laidOut));
    fitted.forEach((row, k) => (places[row] = laidOut[k]!));
  }
  return catalogue.ids.map((id, row) => ({ id, x: places[row]![0], y: places[row]![1] }));
}

type Place = [x: number, y: number];

function startingPlaces(space: Space): Place[] {
  if (space.size === 0) return [];
  const [x, y] = principalComponents(space, 2) as [Float32Array, Float32Array];
  const extent = [x, y]
    .flatMap((values) => [...values])
    .reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const scale = extent === 0 ? 0 : startingExtent / extent;
  return Array.from(x, (value, row) => [value * scale, y[row]! * scale]);
}

/** The landmarks nearest to a song, nearest first. */
interface Neighbours {
  indices: number[];
  /** Cosine distances, in [0, 2]. */
  distances: number[];
}

function nearestLandmarks(
  space: Space,
  landmarks: Space,
  onProgress: (fraction: number) => void,
): Neighbours[] {
  const nobody = new Set<number>();
  const score = rowScorer(landmarks);
  return Array.from({ length: space.size }, (_, row) => {
    if (row % 100 === 0) onProgress(row / space.size);
    const similarities = score(pointOf(space, row));
    const indices = topRows(similarities, neighbourCount, nobody);
    return { indices, distances: indices.map((index) => Math.max(0, 1 - similarities[index]!)) };
  });
}

function layOut(
  landmarks: Space,
  places: readonly Place[],
  neighbours: readonly Neighbours[],
  random: () => number,
  onProgress: (fraction: number) => void,
): Place[] {
  const umap = new UMAP({ nNeighbors: neighbourCount, random });
  umap.setPrecomputedKNN(
    neighbours.map(({ indices }) => indices),
    neighbours.map(({ distances }) => distances),
  );
  const epochs = umap.initializeFit(places.map((_, row) => Array.from(pointOf(landmarks, row))));
  const laidOut = umap.getEmbedding() as Place[];
  // umap-js starts from random places and has no option for others, but hands over its own array.
  laidOut.forEach((place, row) => place.splice(0, 2, ...places[row]!));
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    onProgress((epoch + 1) / epochs);
  }
  return laidOut;
}

/** The mean of the places of a song's neighbours, weighed as UMAP weighs its edges. */
function middle({ indices, distances }: Neighbours, places: readonly Place[]): Place {
  const nearest = distances[0]!;
  const spread = sum(distances.map((distance) => distance - nearest)) / distances.length;
  const weights = distances.map((distance) =>
    spread === 0 ? 1 : Math.exp((nearest - distance) / spread),
  );
  const total = sum(weights);
  const along = (axis: 0 | 1) =>
    sum(indices.map((index, k) => (weights[k]! / total) * places[index]![axis]));
  return [along(0), along(1)];
}
