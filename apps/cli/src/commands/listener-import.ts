import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import {
  type HistoryFormat,
  historyFormats,
  importHistory,
  type ImportReport,
  recordName,
} from '@consonance/engine';
import { withConsonance } from '../compose.ts';
import { print } from '../context.ts';
import { UsageError } from '../errors.ts';
import { listenerOptions } from '../listener.ts';
import { trackJson } from '../report.ts';
import { toPrintable } from '../table.ts';

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
      ).choices(historyFormats),
    )
    .action(async (file: string, { format }: { format?: HistoryFormat }, command: Command) => {
      const options = listenerOptions(command);
      const text = await readFile(file, 'utf8').catch((error: Error) => {
        throw new UsageError(
          `Expected a listening history but could not read it: ${error.message}`,
        );
      });
      const { listener } = options;
      const imported = await withConsonance(options.dataDir, ({ library }) =>
        importHistory(library, listener, { fileName: file, text, format }),
      );
      const report = { listener, file, ...reportJson(imported) };
      print(options, report, reportText(report));
    });
}

function reportJson({ matched, ambiguous, unmatched, trackOf, ...report }: ImportReport) {
  const { format, added, problems } = report;
  const by = { id: 0, path: 0, name: 0, 'base-name': 0 };
  for (const match of matched) by[match.by]++;
  return {
    format,
    added,
    records: matched.length + ambiguous.length + unmatched.length,
    matched: { count: matched.length, by },
    ambiguous: ambiguous.map(({ record, songIds }) => ({
      ...record,
      songs: songIds.map((id) => trackJson(trackOf.get(id)!)),
    })),
    unmatched,
    problems,
  };
}

/** Lines of each kind that are shown; `--json` has all. */
const shown = 10;

function reportText(report: ReturnType<typeof reportJson>): string {
  const { added, records, matched, ambiguous, unmatched, problems } = report;
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
