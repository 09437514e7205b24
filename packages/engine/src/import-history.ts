import { extname } from 'node:path';
import type { Library, Track } from '@consonance/library';
import {
  eventsFrom,
  type ListenRecord,
  type Matching,
  matchRecords,
  type Parsed,
  parseLastFm,
  parseListenBrainz,
  parseM3u8,
  parseScrobbles,
} from '@consonance/recommender';
import { EngineError } from './errors.ts';

const parsers = {
  listenbrainz: parseListenBrainz,
  lastfm: parseLastFm,
  scrobbles: parseScrobbles,
  m3u8: parseM3u8,
} satisfies Record<string, (text: string) => Parsed>;
export type HistoryFormat = keyof typeof parsers;
export const historyFormats = Object.keys(parsers) as HistoryFormat[];

export interface ImportReport extends Matching {
  format: HistoryFormat;
  /** Events that were new. */
  added: number;
  problems: Parsed['problems'];
  /** Of the songs that the report names. */
  trackOf: ReadonlyMap<string, Track>;
}

/**
 * Adds an exported listening history to a listener's; the same export again adds nothing.
 *
 * @param format told from the file's name and content where it is not given
 * @throws EngineError BAD_HISTORY when no line of it can be read
 */
export async function importHistory(
  library: Library,
  listener: string,
  { fileName, text, format = formatOf(fileName, text) }: ImportedFile,
): Promise<ImportReport> {
  const { records, problems } = parsers[format](text);
  const [firstProblem] = problems;
  if (records.length === 0 && firstProblem) {
    throw new EngineError(
      'BAD_HISTORY',
      `Expected ${format} data in ${fileName} but no line of it can be read. ` +
        `Line ${firstProblem.line}: ${firstProblem.message}`,
    );
  }
  const tracks = await presentTracks(library);
  const matching = matchRecords(tracks, records);
  const added = await addMatches(library, listener, matching);
  return {
    ...matching,
    format,
    added,
    problems,
    trackOf: new Map(tracks.map((track) => [track.id, track])),
  };
}

export interface ImportedFile {
  fileName: string;
  text: string;
  format?: HistoryFormat | undefined;
}

/** @throws EngineError BAD_HISTORY when neither name nor content tell */
function formatOf(file: string, text: string): HistoryFormat {
  const extension = extname(file).toLowerCase();
  if (['.m3u8', '.m3u'].includes(extension)) return 'm3u8';
  if (extension === '.csv') return 'lastfm';
  if (['.json', '.jsonl', '.ndjson'].includes(extension)) {
    return /"(track_metadata|recording_msid)"/.test(text) ? 'listenbrainz' : 'scrobbles';
  }
  throw new EngineError(
    'BAD_HISTORY',
    `Expected a name that ends in .json, .jsonl, .csv or .m3u8 but received ${file}; the format can be given instead.`,
  );
}

async function presentTracks(library: Library): Promise<Track[]> {
  const tracks = await library.entries();
  return tracks.filter(({ status }) => status !== 'vanished');
}

/**
 * Adds what was matched. A playlist tells no times: its songs count as heard now, unless the history
 * has them already.
 *
 * @returns how many events were new
 */
async function addMatches(
  library: Library,
  listener: string,
  { matched }: Matching,
): Promise<number> {
  const heard = new Set((await library.listens(listener)).map(({ trackId }) => trackId));
  const fresh = matched.filter(
    ({ record, songId }) => record.at !== undefined || !heard.has(songId),
  );
  const events = eventsFrom(fresh, Date.now() / 1000);
  return library.addListens(
    listener,
    events.map(({ songId, ...event }) => ({ trackId: songId, ...event })),
  );
}

/** What the record calls its song. */
export const recordName = (record: ListenRecord): string => {
  const { artist, title, path, songId, recordingIds = [] } = record;
  return artist && title
    ? `${artist} - ${title}`
    : (path ?? title ?? songId ?? recordingIds[0] ?? '');
};
