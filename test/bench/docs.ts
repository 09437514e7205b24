/**
 * Writes the report that is kept into the marked places of the documents: `npm run bench -- --write` does
 * so too.
 *
 *   node test/bench/docs.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../run.ts';
import { readReport } from './kept.ts';
import { reportText, summaryText } from './markdown.ts';
import type { BenchmarksReport } from './report.ts';
import { sizingText } from './sizing.ts';

/** Where a report shows, and how. */
const places = [
  { file: path.join(root, 'docs', 'benchmarks.md'), text: reportText },
  { file: path.join(root, 'docs', 'sizing.md'), text: sizingText },
  { file: path.join(root, 'README.md'), text: summaryText },
];

/** The files with what stands between their marks replaced. @throws Error where a mark is missing */
export async function documents(report: BenchmarksReport): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { file, text } of places) {
    const old = await readFile(file, 'utf8');
    const marked = /(<!-- npm run bench -->\n)[^]*(<!-- end of npm run bench -->)/;
    if (!marked.test(old))
      throw new Error(`Expected the marks of "npm run bench" in ${file} but found none`);
    const written = old.replace(marked, (_, start, end) => `${start}\n${text(report)}\n\n${end}`);
    files.set(file, await format(written, { ...(await resolveConfig(file)), parser: 'markdown' }));
  }
  return files;
}

export async function writeDocuments(report: BenchmarksReport): Promise<void> {
  for (const [file, text] of await documents(report)) await writeFile(file, text);
}

if (import.meta.main) await writeDocuments(await readReport());
