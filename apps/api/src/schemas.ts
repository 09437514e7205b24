/**
 * What goes in and what comes out, for every procedure; the OpenAPI document is made from these.
 * What goes in is strict: a misspelt option is an error, not an option that was not given.
 */
import { z } from 'zod';

// Values

export const trackId = z
  .string()
  .regex(/^[0-9a-z]{12}$/, 'Expected twelve letters and digits')
  .describe('Id of a song; kept when its file moves');
export const listenerName = z.string().trim().min(1).max(200).describe('Name of a listener');
const seconds = z.number().min(0);
const share = z.number().min(0).max(1);
const count = z.number().int().min(1).max(200);
const time = z.iso.datetime().describe('ISO 8601, UTC');
const page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(100),
};
export const noInput = z.strictObject({}).optional();
export const nothing = z.object({}).describe('Nothing to say besides that it was done');

// Songs

export const trackStatus = z.enum(['analysed', 'pending', 'failed', 'vanished']);
export const genre = z.object({ label: z.string(), probability: share });
export const track = z.object({
  id: trackId,
  title: z.string(),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  durationSeconds: seconds.nullable(),
  status: trackStatus,
  genres: z.array(genre).describe('Most probable first; empty before the analysis'),
  hasCover: z.boolean().describe('/media/cover/<id> has a picture'),
});
export type ApiTrack = z.infer<typeof track>;

export const trackDetails = track.extend({
  albumArtist: z.string().nullable(),
  year: z.number().int().nullable(),
  tagGenres: z.array(z.string()).describe('The genres that the tags name; not what a model hears'),
  fileName: z.string(),
  sizeBytes: z.number().min(0),
  addedAt: time,
  failure: z.object({ code: z.string(), message: z.string(), failedAt: time }).nullable(),
  windows: z
    .array(
      z.object({
        startSeconds: seconds,
        genres: z.array(genre),
        similarity: z.number().min(-1).max(1).describe('To the embedding of the whole song'),
      }),
    )
    .describe('What the model heard along the song'),
});

// library

export const trackSort = z.enum(['relevance', 'title', 'artist', 'album', 'duration', 'added']);
export const tracksQuery = z
  .strictObject({
    search: z.string().max(500).optional().describe('Words or their beginnings'),
    genre: z.string().optional().describe('Only songs whose most probable genre is this'),
    artist: z.string().optional(),
    status: trackStatus.optional().describe('Default: all but the vanished'),
    sort: trackSort.default('relevance').describe('relevance: best match, then artist and title'),
    descending: z.boolean().default(false),
    ...page,
  })
  .prefault({});
export const tracksPage = z.object({ total: z.number().int(), tracks: z.array(track) });

export const libraryStatus = z.object({
  modelId: z.string(),
  files: z.number().int().describe('Present at the last scan'),
  analysed: z.number().int(),
  pending: z.number().int(),
  failed: z.number().int(),
  vanished: z.number().int(),
  durationSeconds: seconds.describe('Of all songs together'),
});

const facet = z.object({ value: z.string(), count: z.number().int() });
export const facetsQuery = z
  .strictObject({
    search: z.string().max(500).optional(),
    artistLimit: z.number().int().min(1).max(1000).default(100),
  })
  .prefault({});
export const facets = z.object({
  genres: z.array(facet),
  artists: z.array(facet).describe('Those with the most songs first'),
  artistCount: z.number().int(),
  statuses: z.array(z.object({ value: trackStatus, count: z.number().int() })),
});

export const failure = z.object({
  track,
  code: z.string(),
  message: z.string(),
  fileName: z.string(),
  attempts: z.number().int(),
  failedAt: time,
});

const directoryId = z.string().regex(/^[0-9a-f]{32}$/, 'Expected the id of a directory');
export const folder = z.object({
  id: z.string(),
  path: z.string(),
  files: z.number().int(),
  analysed: z.number().int(),
  isReachable: z.boolean(),
  addedAt: time,
});
export const browseQuery = z.strictObject({ directoryId: directoryId.optional() }).prefault({});
export const directoryListing = z.object({
  directoryId: directoryId.nullable().describe('Null: the places to begin at'),
  name: z.string(),
  path: z.string().nullable(),
  parentId: directoryId.nullable(),
  audioFiles: z.number().int().describe('Lying in this directory itself'),
  isInLibrary: z.boolean(),
  directories: z.array(z.object({ directoryId, name: z.string(), isInLibrary: z.boolean() })),
});
export const addFolderInput = z.strictObject({ directoryId });
export const removeFolderInput = z.strictObject({ folderId: z.string() });
export const retryInput = z.strictObject({ ids: z.array(trackId).optional() }).prefault({});

// analysis

export const analysisState = z.enum(['idle', 'scanning', 'analysing', 'paused']);
export const analysisProgress = z.object({
  state: analysisState,
  total: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  filesPerSecond: z.number().min(0),
  etaSeconds: seconds.nullable(),
  currentFile: z.string().nullable().describe('Name of the file done last'),
  error: z.string().nullable().describe('Why the last analysis stopped before its end'),
  endedAt: time.nullable().describe('When the last analysis ended, however short it was'),
});
export const startInput = z
  .strictObject({ retryFailures: z.boolean().default(false) })
  .prefault({});

// recommend

export const method = z.enum(['cosine', 'genre']);
export const aggregation = z.enum(['centroid', 'best-match', 'agreement']);
export const variant = z.enum(['soft', 'hard']);
/** How the songs are compared. */
const comparison = {
  genreWeight: share.optional().describe('Share of the genres in method 2'),
  variant: variant
    .optional()
    .describe(
      'Of method 2. soft: genres weigh in (default); hard: only the genres of the seeds, or of what the listener likes',
    ),
  correctHubs: z.boolean().optional().describe('Hold songs back that are near everything'),
};
export const filters = z.strictObject({
  genres: z.array(z.string()).min(1).optional(),
  minMinutes: z.number().min(0).optional(),
  maxMinutes: z.number().min(0).optional(),
  maxPerArtist: z.number().int().min(1).optional(),
  maxPerAlbum: z.number().int().min(1).optional(),
  diversity: share.optional(),
  keepVersions: z.boolean().optional(),
});

export const reason = z.object({
  kind: z.enum([
    'nearest-seed',
    'shared-genre',
    'seed-parts',
    'genre-parts',
    'matching-windows',
    'history',
    'exploration',
    'hubness',
  ]),
  text: z.string().describe('The reason as a sentence'),
  trackId: trackId.nullable().describe('The song that the reason is about'),
  startSeconds: seconds.nullable().describe('Where to listen in the recommended song'),
  otherStartSeconds: seconds.nullable().describe('Where to listen in the other song'),
});
export const scorePart = z.object({
  name: z.string().describe('A song, a genre, or "sound"'),
  trackId: trackId.nullable(),
  part: z.number(),
});
export const recommendation = z.object({
  track,
  score: z.number().describe('-1 to 1'),
  parts: z.array(scorePart).describe('What the score is made of; they add up to it'),
  reasons: z.array(reason),
  collapsed: z.array(track).describe('Versions and copies that this song stands for'),
});
export type ApiRecommendation = z.infer<typeof recommendation>;

const recommendOptions = {
  method: method.default('cosine'),
  count: count.default(5),
  ...comparison,
  filters: filters.optional(),
  listener: listenerName.optional().describe('Let the history of this listener count too'),
};
export const bySeedsInput = z.strictObject({
  seedIds: z.array(trackId).min(1).max(500),
  aggregation: aggregation.optional(),
  ...recommendOptions,
});
export const similarInput = z.strictObject({ id: trackId, ...recommendOptions });
export const recommendations = z.object({
  method,
  seeds: z.array(track),
  recommendations: z.array(recommendation),
});

export const suggestInput = z.strictObject({ count: count.default(5) }).prefault({});

export const pathInput = z.strictObject({
  fromId: trackId,
  toId: trackId,
  count: z.number().int().min(0).max(100).default(8).describe('Songs between the two'),
});
export const pathSteps = z.object({
  steps: z.array(
    z.object({ track, similarity: z.number().nullable().describe('To the step before') }),
  ),
});

export const map = z.object({
  modelId: z.string(),
  ids: z.array(trackId).describe('Empty before a map was computed'),
  xy: z.array(z.number()).describe('x and y of each song in turn'),
  genre: z.array(z.number().int()).describe('Index into labels: the most probable genre'),
  labels: z.array(z.string()),
  centres: z.array(z.object({ label: z.string(), id: trackId, size: z.number().int() })),
  missing: z.number().int().describe('Analysed songs that the map does not hold yet'),
});
export const mapProgress = z.object({
  state: z.enum(['idle', 'computing']),
  fraction: share,
  error: z.string().nullable(),
});

// listeners

export const listenKind = z.enum(['play', 'skip', 'like', 'dislike']);
export const listener = z.object({
  name: listenerName,
  listens: z.number().int(),
  lastAt: time.nullable(),
});
export const interest = z.object({
  centre: track,
  songs: z.number().int(),
  share: share,
  strength: share,
});
export const listenerProfile = z.object({
  name: listenerName,
  counts: z.object({
    play: z.number().int(),
    skip: z.number().int(),
    like: z.number().int(),
    dislike: z.number().int(),
  }),
  interests: z.array(interest),
  aversions: z.array(interest),
  liked: z.array(track),
  disliked: z.array(track),
});
export const historyQuery = z.strictObject({
  listener: listenerName,
  kind: listenKind.optional(),
  ...page,
});
export const listenEvent = z.object({
  at: time,
  kind: listenKind,
  share: share.nullable().describe('How much of the song was heard'),
  track,
});
export const history = z.object({ total: z.number().int(), events: z.array(listenEvent) });
export const recordInput = z.strictObject({
  listener: listenerName,
  trackId,
  kind: listenKind,
  share: share.optional(),
});
export const historyFormat = z.enum(['listenbrainz', 'lastfm', 'scrobbles', 'm3u8']);
export const importInput = z.strictObject({
  listener: listenerName,
  format: historyFormat.optional().describe('Default: told from file name and content'),
  fileName: z.string().max(255).optional(),
  text: z.string().max(50_000_000),
});
const importedLine = z.object({ line: z.number().int(), name: z.string() });
export const importReport = z.object({
  format: historyFormat,
  records: z.number().int(),
  matched: z.number().int(),
  added: z.number().int(),
  ambiguous: z.array(importedLine.extend({ tracks: z.array(track) })),
  unmatched: z.array(importedLine),
  problems: z.array(z.object({ line: z.number().int(), message: z.string() })),
});
export const discoverInput = z.strictObject({
  listener: listenerName,
  method: method.default('cosine').describe('How songs are compared with the history'),
  ...comparison,
  count: count.default(5),
  exploration: share.optional().describe('Share of songs that lie farther off'),
  seed: z.number().int().min(1).default(1).describe('Of what chance decides'),
  again: z.boolean().default(false).describe('Songs that were given before may come again'),
  known: z.boolean().default(false).describe('Songs of the history may come too'),
  filters: filters.optional(),
});
export const discoveries = z.object({
  recommendations: z.array(recommendation),
  interests: z.array(interest),
  aversions: z.array(interest),
});

// playlists

export const playlistId = z.string().regex(/^[0-9a-z]{12}$/, 'Expected the id of a playlist');
export const playlist = z.object({
  id: playlistId,
  name: z.string(),
  tracks: z.array(track),
  createdAt: time,
  updatedAt: time,
});
export const savePlaylistInput = z.strictObject({
  id: playlistId.optional().describe('Replaces this playlist'),
  name: z.string().trim().min(1).max(200),
  trackIds: z.array(trackId).max(10_000),
});
export const playlistFormat = z.enum(['m3u8', 'jspf', 'json']);
export const exportInput = z
  .strictObject({
    id: playlistId.optional().describe('A saved playlist'),
    trackIds: z.array(trackId).max(10_000).optional().describe('Or these songs'),
    name: z.string().trim().min(1).max(200).default('Playlist'),
    format: playlistFormat,
  })
  .refine(({ id, trackIds }) => (id === undefined) !== (trackIds === undefined), {
    message: 'Expected either id or trackIds',
  });
export const exportedFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  text: z.string(),
});

// models

export const model = z.object({
  name: z.string(),
  modelId: z.string(),
  description: z.string(),
  dimensions: z.number().int(),
  labels: z.array(z.string()),
  isCurrent: z.boolean(),
  analysed: z.number().int().describe('Songs that have features of this model'),
});
export const runSummary = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: time,
  epochs: z.number().int().describe('Done so far'),
});
export const run = runSummary.extend({
  config: z.record(z.string(), z.unknown()).describe('config.json of the run'),
  environment: z.record(z.string(), z.unknown()).describe('environment.json; empty without one'),
  history: z.array(z.record(z.string(), z.unknown())).describe('One report an epoch'),
});
export const reportSummary = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string().describe('comparison, ablation, embedders, recommenders or benchmarks'),
  createdAt: z.string(),
  command: z.string(),
  isShipped: z.boolean().describe('Came with Consonance, not from this machine'),
  hasPage: z.boolean().describe('/reports/<id> shows it as a page'),
});
export const report = reportSummary.extend({
  report: z.record(z.string(), z.unknown()).describe('report.json'),
});
export const useModelInput = z.strictObject({ name: z.string().max(300) });
export const byId = z.strictObject({ id: z.string().max(300) });

// system

export const settings = z.object({
  workers: z.number().int().min(1).max(64).describe('Files decoded at a time'),
  genreWeight: share.describe('Share of the genres in method 2'),
  maxPerArtist: z.number().int().min(1).nullable().describe('Songs of one artist in a result'),
  exploration: share.describe('Share of discoveries that lie farther off'),
});
export const systemInfo = z.object({
  version: z.string(),
  dataDirectory: z.string(),
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
export const backup = z.object({
  version: z.literal(1),
  createdAt: time,
  listeners: z.array(
    z.object({
      name: z.string(),
      events: z.array(
        z.object({
          at: time,
          kind: listenKind,
          share: share.nullable(),
          path: z.string(),
          title: z.string(),
          artist: z.string().nullable(),
        }),
      ),
    }),
  ),
  playlists: z.array(
    z.object({
      name: z.string(),
      tracks: z.array(
        z.object({ path: z.string(), title: z.string(), artist: z.string().nullable() }),
      ),
    }),
  ),
});
