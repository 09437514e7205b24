export {
  createCatalogue,
  embeddingOf,
  genreProfile,
  genresOf,
  replaceSongs,
  topGenre,
} from './catalogue.ts';
export type { Catalogue, CatalogueInput } from './catalogue.ts';
export { genreCentres } from './centres.ts';
export type { GenreCentre } from './centres.ts';
export { RecommenderError } from './errors.ts';
export { cosineMethod, genreMethod, genreWeight, methods } from './methods.ts';
export type { CosineOptions, GenreOptions, MethodName } from './methods.ts';
export type { Profile, Recommender } from './recommender.ts';
export { recommend, similarTo } from './recommend.ts';
export type { Recommendation, RecommendOptions } from './recommend.ts';
export { describeReason, matchingWindows, sharedGenreThreshold } from './reasons.ts';
export type { Reason, SongWindow } from './reasons.ts';
export { aggregations, defaultAggregation } from './aggregation.ts';
export type { Aggregation } from './aggregation.ts';
export { compareAggregations } from './compare-aggregations.ts';
export type { AggregationResult } from './compare-aggregations.ts';
export { discover } from './discover.ts';
export type { DiscoverOptions } from './discover.ts';
export * from './exchange/index.ts';
export { hubness, mutualProximity, similarityStatistics } from './hubness.ts';
export type { SimilarityStatistics } from './hubness.ts';
export { libraryMap } from './library-map.ts';
export type { MapOptions, MapPoint } from './library-map.ts';
export {
  capAlbums,
  capArtists,
  collapseVersions,
  diversify,
  filterDuration,
  filterGenres,
  longMixSeconds,
  pipeline,
} from './rerank.ts';
export type { Candidate, CollapseOptions, Filter, Step } from './rerank.ts';
export { baseName, foldName, versionKey } from './song.ts';
export type { Song } from './song.ts';
export { rowScorer } from './row-scorer.ts';
export { rowSearch } from './row-search.ts';
export type { RowSearch } from './row-search.ts';
export { atOnce, inParts } from './slices.ts';
export type { Sliced } from './slices.ts';
export { songPath } from './song-path.ts';
export type { PathStep } from './song-path.ts';
export { embeddingSpace, genreSpace } from './space.ts';
export type { Space } from './space.ts';
export { topRows } from './vectors.ts';
export { personalise, tasteFrom } from './taste.ts';
export type { Interest, ListenEvent, Taste, TasteOptions } from './taste.ts';
export * from './collaborative/index.ts';
export * from './evaluation/index.ts';
