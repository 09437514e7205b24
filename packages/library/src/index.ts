export { type AnalyzeOptions, type LocalFile, type PendingFile } from './analyze.ts';
export { type RowCounts } from './backup.ts';
export { type Change, type HeardChange } from './changes.ts';
export { contentHash } from './content-hash.ts';
export { LibraryError, type LibraryErrorCode, hasCode, messageOf } from './errors.ts';
export { type Failure } from './failures.ts';
export { type Features, type Model, type WindowFeatures } from './features.ts';
export { type FileOutcome } from './file-changes.ts';
export { type Folder } from './folders.ts';
export { type Library, type LibraryLocation, type LibraryStatus, openLibrary } from './library.ts';
export { type GivenRecommendation, type Listen, type Listener } from './listening.ts';
export { type MapPoint } from './map.ts';
export { type Playlist } from './playlists.ts';
export { type AnalysisProgress } from './progress.ts';
export {
  type JobTimes,
  type QueueStatus,
  type WorkOptions,
  analysisTraceSetting,
  recentSeconds,
} from './queue.ts';
export { type ScanCounts, type ScanOptions, type ScanResult } from './scan.ts';
export { type ListenKind } from './schema.ts';
export {
  type CreditKind,
  type InterleavedSession,
  type InterleavedSong,
  type StoredClip,
  type StoredParticipant,
  type StoredStudy,
  type StudyCounts,
  type StudyStore,
} from './studies.ts';
export { normalise } from './text.ts';
export {
  type TraceHeaders,
  continueTrace,
  markFailed,
  openTelemetry,
  traced,
  tracerOf,
  traceHeaders,
  useOpenTelemetry,
} from './tracing.ts';
export { type Track, type TrackEntry, type TrackQuery, type TrackStatus } from './tracks.ts';
export { type AppPassword, type User, type Users } from './users.ts';
export { type ScanProblem } from './walk.ts';
