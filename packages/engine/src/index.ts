export { AnalysisJob, type AnalysisState, type JobProgress } from './analysis-job.ts';
export type { AnalysisResult } from './analysis.ts';
export { type Collection, genreOf, type Music, statusOf } from './collection.ts';
export { Consonance, openConsonance } from './consonance.ts';
export {
  type Discoveries,
  discoverFor,
  type DiscoverSettings,
  type NamedInterest,
  namedInterests,
} from './discover.ts';
export { type Check, inspect } from './doctor.ts';
export { EngineError, type EngineErrorCode } from './errors.ts';
export {
  type HistoryFormat,
  historyFormats,
  importHistory,
  type ImportReport,
  recordName,
} from './import-history.ts';
export { computeMap, type MapProgress } from './map-job.ts';
export {
  correctedRecommenderOf,
  type MethodSettings,
  recommenderOf,
  type RecommenderSettings,
} from './method.ts';
export { type CurrentModel, currentModel, listModels, useModel } from './model.ts';
export { formatPlaylist, type PlaylistFormat, playlistFormats } from './playlist.ts';
export {
  analysedMusic,
  expectAnalysed,
  recommendFor,
  type RecommendationResult,
  type RecommendSettings,
} from './recommend.ts';
export {
  listReports,
  listRuns,
  readReport,
  readRun,
  type Report,
  type ReportSummary,
  type Run,
  type RunSummary,
} from './reports.ts';
export { type AudioServer, fetchingFrom } from './fetch-audio.ts';
export { refine, type RefineOptions } from './refine.ts';
export { readSettings, saveSettings, type Settings } from './settings.ts';
export { knownSeedsOf, seedsOf, songName } from './songs.ts';
export * from './studies/index.ts';
export { suggestSeeds } from './suggest.ts';
export { historyOf, tasteOf } from './taste.ts';
export {
  collectionStatus,
  facetsOf,
  listTracks,
  type TrackListQuery,
  type TrackSort,
} from './track-list.ts';
