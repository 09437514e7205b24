import { existsSync } from 'node:fs';
import path from 'node:path';
import { ModelError } from '../../errors.ts';
import type { Clip } from '../dataset.ts';
import type { Side } from '../split.ts';
import { csvRows } from './rows.ts';
import { emptySource, type Source } from './source.ts';

const sides = new Map<string, Side>([
  ['train', 'train'],
  ['training', 'train'],
  ['validation', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['test', 'test'],
]);

/**
 * A CSV manifest with the columns path and label, and optionally artist, album, work, corpus, recorded
 * (yes or no) and split (train, validation or test, for all rows or none). Paths are relative to it.
 *
 * @throws ModelError BAD_DATA naming the lines that are wrong
 */
export async function readCsv(file: string, labels: readonly string[]): Promise<Source> {
  const source = emptySource();
  const folder = path.dirname(path.resolve(file));
  const problems: string[] = [];
  const lineOf = new Map<string, number>();
  const rows = csvRows<Record<string, string>>(file, {
    columns: (header: string[]) => checkedHeader(header, file),
  });
  for await (const { record, info } of rows) {
    const split = sides.get(record.split ?? '');
    const clip: Clip = {
      path: path.resolve(folder, record.path!),
      label: record.label!,
      artist: record.artist ?? '',
      work: record.work ?? '',
      corpus: record.corpus ?? '',
      recorded: record.recorded !== 'no',
      ...(record.album && { album: record.album }),
      ...(split && { split }),
    };
    const wrong = problemOf(record, clip, labels, lineOf.get(clip.path));
    if (wrong) problems.push(`line ${info.lines}: ${wrong}`);
    lineOf.set(clip.path, info.lines);
    source.clips.push(clip);
  }
  const bySplit = Map.groupBy(source.clips, ({ split }) => split !== undefined);
  if (problems.length === 0 && bySplit.size === 2) {
    const without = bySplit.get(false)![0]!.path;
    problems.push(`line ${lineOf.get(without)}: no split, which other lines have`);
  }
  if (problems.length > 0) {
    const [first, more] = [problems.slice(0, 5), problems.length - 5];
    const rest = more > 0 ? `, and ${more} more` : '';
    throw new ModelError('BAD_DATA', `${file} has mistakes: ${first.join('; ')}${rest}.`);
  }
  return source;
}

function checkedHeader(header: string[], file: string): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = ['path', 'label'].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new ModelError(
      'BAD_DATA',
      `Expected the columns path and label in ${file} but received ${names.join(', ')}.`,
    );
  }
  return names;
}

function problemOf(
  { path: given, label, recorded, split }: Record<string, string>,
  clip: Clip,
  labels: readonly string[],
  lineBefore: number | undefined,
): string | undefined {
  if (!given) return 'no path';
  if (!label) return 'no label';
  if (!labels.includes(label)) return `the label "${label}" is none of ${labels.join(', ')}`;
  if (recorded && !['yes', 'no'].includes(recorded)) {
    return `recorded is "${recorded}", neither yes nor no`;
  }
  if (split && !clip.split) return `the split "${split}" is none of train, validation, test`;
  if (lineBefore !== undefined) return `${given} is also in line ${lineBefore}`;
  return existsSync(clip.path) ? undefined : `${given} is missing`;
}
