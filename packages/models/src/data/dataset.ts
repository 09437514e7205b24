import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { ModelError } from '../errors.ts';
import { writeAtomically } from '../tensor-file.ts';

/** One labelled excerpt. */
export interface Clip {
  /** Absolute. */
  path: string;
  label: string;
  /** Empty when unknown. */
  artist: string;
  /** The piece that the clip is an excerpt of; clips of one work stay together. */
  work: string;
  /** Where the clip comes from. */
  corpus: string;
  /** A recording, as opposed to notes played by a synthesiser. */
  recorded: boolean;
}

export interface Dataset {
  clips: Clip[];
  labels: string[];
  /** SHA-256 of the manifest's text. */
  manifestHash: string;
}

/** The genres of the paper. */
export const paperLabels = [
  'classical',
  'electronic',
  'folk',
  'hip-hop',
  'instrumental',
  'jazz',
  'rock',
];

/**
 * Reads a CSV manifest with the columns path and label, and optionally artist, work, corpus and
 * recorded (yes or no). Paths are relative to the manifest.
 *
 * @param excludedWorks works to leave out, such as those of the demo library
 * @throws ModelError BAD_DATA naming the row, the label or the missing files, before any time is spent
 */
export async function readManifest(
  manifestPath: string,
  labels: readonly string[] = paperLabels,
  excludedWorks: ReadonlySet<string> = new Set(),
): Promise<Dataset> {
  const text = await readFile(manifestPath, 'utf8').catch((cause: unknown) => {
    throw new ModelError(
      'BAD_DATA',
      `Expected a CSV manifest at ${manifestPath} but could not read it.`,
      { cause },
    );
  });
  const rows: Record<string, string>[] = parse(text, {
    columns: true,
    skip_empty_lines: true,
    bom: true,
  });
  const folder = path.dirname(path.resolve(manifestPath));
  const clips = rows
    .map((row, i): Clip => {
      const line = i + 2;
      for (const column of ['path', 'label']) {
        if (!row[column])
          throw new ModelError(
            'BAD_DATA',
            `Expected a ${column} in line ${line} of ${manifestPath}.`,
          );
      }
      if (!labels.includes(row.label!)) {
        throw new ModelError(
          'BAD_DATA',
          `Expected one of ${labels.join(', ')} as the label in line ${line} of ${manifestPath} but received "${row.label}".`,
        );
      }
      return {
        path: path.resolve(folder, row.path!),
        label: row.label!,
        artist: row.artist ?? '',
        work: row.work || row.path!,
        corpus: row.corpus ?? '',
        recorded: row.recorded !== 'no',
      };
    })
    .filter(({ work }) => !excludedWorks.has(work));
  const missing = clips.filter((clip) => !existsSync(clip.path));
  if (missing.length > 0) {
    const names = missing.slice(0, 5).map((clip) => clip.path);
    throw new ModelError(
      'BAD_DATA',
      `${missing.length} files of ${manifestPath} are missing, among them ${names.join(', ')}.`,
    );
  }
  const empty = labels.filter((label) => !clips.some((clip) => clip.label === label));
  if (empty.length > 0) {
    throw new ModelError(
      'BAD_DATA',
      `Expected clips of every label in ${manifestPath} but there are none of ${empty.join(', ')}.`,
    );
  }
  const manifestHash = createHash('sha256').update(text).digest('hex');
  return { clips, labels: [...labels], manifestHash };
}

/** The works named in the `work` column of a CSV file. */
export async function readWorks(csvPath: string): Promise<Set<string>> {
  const rows: { work: string }[] = parse(await readFile(csvPath), { columns: true });
  return new Set(rows.map(({ work }) => work));
}

/** Writes clips as a manifest that `readManifest` and `consonance evaluate genres` read. */
export async function writeManifest(file: string, clips: readonly Clip[]): Promise<void> {
  const columns = ['path', 'label', 'artist', 'work', 'corpus'] as const;
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = clips.map((clip) =>
    [...columns.map((column) => quote(clip[column])), clip.recorded ? 'yes' : 'no'].join(','),
  );
  await mkdir(path.dirname(file), { recursive: true });
  await writeAtomically(file, [[...columns, 'recorded'].join(','), ...rows, ''].join('\n'));
}
