import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import type { Track } from '@consonance/library';
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
import { type App, withApp } from '../compose.ts';
import { print } from '../context.ts';
import { UsageError } from '../errors.ts';
import { trackJson } from '../report.ts';
import { toPrintable } from '../table.ts';
import { listenerOptions } from '../listener.ts';

const parsers = {
  listenbrainz: parseListenBrainz,
  lastfm: parseLastFm,
  scrobbles: parseScrobbles,
  m3u8: parseM3u8,
} satisfies Record<string, (text: string) => Parsed>;
type Format = keyof typeof parsers;

export function registerImport(parent: Command): void {
  parent
    .command('import')
    .description(
      'a listening history: a ListenBrainz export (JSON or JSON lines), a Last.fm export (CSV), ' +
        'scrobbles of a Subsonic server such as Navidrome (JSON lines), or a playlist (M3U8)',
    )
    .argument('<file>', 'the export; importing it again adds nothing')
    .addOption(
      new Option(
        '--format <name>',
        'what the file is (default: told from its name and content)',
      ).choices(Object.keys(parsers)),
    )
    .action(async (file: string, chosen: { format?: Format }, command: Command) => {
      const options = listenerOptions(command);
      const text = await readFile(file, 'utf8').catch((error: Error) => {
        throw new UsageError(
          `Expected a listening history but could not read it: ${error.message}`,
        );
      });
      const format = chosen.format ?? formatOf(file, text);
      const { records, problems } = parsers[format](text);
      const [firstProblem] = problems;
      if (records.length === 0 && firstProblem) {
        throw new UsageError(
          `Expected ${format} data in ${file} but no line of it can be read. ` +
            `Line ${firstProblem.line}: ${firstProblem.message}`,
        );
      }
      const report = await withApp(options.dataDir, async (app) => {
        const tracks = await presentTracks(app);
        const matching = matchRecords(tracks, records);
        const added = await addMatches(app, options.listener, matching);
        return {
          ...{ listener: options.listener, file, format, added },
          ...matchingJson(matching, tracks),
          problems,
        };
      });
      print(options, report, reportText(report));
    });
}

/** @throws UsageError when neither name nor content tell */
function formatOf(file: string, text: string): Format {
  const extension = path.extname(file).toLowerCase();
  if (['.m3u8', '.m3u'].includes(extension)) return 'm3u8';
  if (extension === '.csv') return 'lastfm';
  if (['.json', '.jsonl', '.ndjson'].includes(extension)) {
    return text.includes('"track_metadata"') ? 'listenbrainz' : 'scrobbles';
  }
  throw new UsageError(
    `Expected a name that ends in .json, .jsonl, .csv or .m3u8 but received ${file}; --format says what it is.`,
  );
}

async function presentTracks({ library }: App): Promise<Track[]> {
  const { tracks } = await library.tracks({ limit: Number.MAX_SAFE_INTEGER });
  return tracks.filter(({ status }) => status !== 'vanished');
}

/**
 * Adds what was matched. A playlist tells no times: its songs count as heard now, unless the history
 * has them already.
 *
 * @returns how many events were new
 */
async function addMatches(
  { library }: App,
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

function matchingJson({ matched, ambiguous, unmatched }: Matching, tracks: readonly Track[]) {
  const trackOf = new Map(tracks.map((track) => [track.id, track]));
  const by = { id: 0, path: 0, name: 0, 'base-name': 0 };
  for (const match of matched) by[match.by]++;
  return {
    records: matched.length + ambiguous.length + unmatched.length,
    matched: { count: matched.length, by },
    ambiguous: ambiguous.map(({ record, songIds }) => ({
      ...record,
      songs: songIds.map((id) => trackJson(trackOf.get(id)!)),
    })),
    unmatched,
  };
}

/** Lines of each kind that are shown; `--json` has all. */
const shown = 10;

function reportText({
  added,
  ...report
}: ReturnType<typeof matchingJson> & Pick<Parsed, 'problems'> & { added: number }): string {
  const { records, matched, ambiguous, unmatched, problems } = report;
  const list = (title: string, lines: readonly string[]) => [
    ...(lines.length > 0 ? [`${title}:`] : []),
    ...lines.slice(0, shown).map((line) => `  ${toPrintable(line)}`),
    ...(lines.length > shown ? [`  and ${lines.length - shown} more; --json has them all.`] : []),
  ];
  return [
    `${records} records: ${matched.count} matched, ${ambiguous.length} ambiguous, ` +
      `${unmatched.length} not in the library; ${added} new`,
    ...list(
      'Several songs fit',
      ambiguous.map((record) => `line ${record.line}: ${recordName(record)}`),
    ),
    ...list(
      'Not in the library',
      unmatched.map((record) => `line ${record.line}: ${recordName(record)}`),
    ),
    ...list(
      'Not readable',
      problems.map(({ line, message }) => `line ${line}: ${message}`),
    ),
  ].join('\n');
}

const recordName = ({ artist, title, path: file, songId }: ListenRecord): string =>
  artist && title ? `${artist} - ${title}` : (file ?? title ?? songId ?? '');
