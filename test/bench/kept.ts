/** The report that is kept for dashboard and documentation. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../run.ts';
import { findingsOf } from './findings.ts';
import { type BenchmarksReport, type Part, partNames } from './report.ts';

const reportFile = path.join(root, 'reports', 'benchmarks', 'report.json');

/** @param parts at least one */
export function reportOf(parts: readonly Part[]): BenchmarksReport {
  const inOrder = partNames.flatMap((name) => parts.filter(({ part }) => part === name));
  const latest = inOrder.reduce((a, b) => (b.createdAt > a.createdAt ? b : a));
  return {
    kind: 'benchmarks',
    createdAt: latest.createdAt,
    command: 'npm run bench -- --write',
    machine: latest.machine,
    findings: findingsOf(inOrder),
    parts: inOrder,
  };
}

/** @throws Error where there is no file, or the file is no report of benchmarks */
export async function readReport(): Promise<BenchmarksReport> {
  const report = JSON.parse(await readFile(reportFile, 'utf8')) as Partial<BenchmarksReport>;
  if (report.kind !== 'benchmarks' || !Array.isArray(report.parts))
    throw new Error(
      `Expected kind "benchmarks" with parts in ${reportFile} but its kind is ${report.kind}`,
    );
  return report as BenchmarksReport;
}

/** Puts the parts into the report that is kept, in place of their older selves, and returns it as it is kept. */
export async function keepParts(parts: readonly Part[]): Promise<BenchmarksReport> {
  const kept = await readReport().then(
    (report) => report.parts,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const names = new Set(parts.map(({ part }) => part));
  const all = [...kept.filter(({ part }) => !names.has(part)), ...parts];
  // Sentences and documents are made of the digits that are kept, since they round once more.
  const report = reportOf(JSON.parse(toJson(all)) as Part[]);
  await mkdir(path.dirname(reportFile), { recursive: true });
  await writeFile(reportFile, `${toJson(report)}\n`);
  return report;
}

/** Five digits: more are noise. */
export const toJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(5)) : part),
    1,
  );
