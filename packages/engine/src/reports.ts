/** Training runs and reports, as their commands leave them in folders. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

type Json = Record<string, unknown>;

export interface RunSummary {
  id: string;
  name: string;
  createdAt: Date;
  /** Epochs done so far. */
  epochs: number;
}

export interface Run extends RunSummary {
  config: Json;
  environment: Json;
  /** One report an epoch. */
  history: Json[];
}

export interface ReportSummary {
  id: string;
  name: string;
  kind: string;
  createdAt: string;
  command: string;
  /** Came with Consonance, not from this machine. */
  isShipped: boolean;
  /** It lies there as a web page too. */
  hasPage: boolean;
}

export interface Report extends ReportSummary {
  report: Json;
  /** The file of the same report as a web page. */
  page: string | undefined;
}

/** Reports that the repository brings along. */
const shippedReports = path.resolve(import.meta.dirname, '../../../reports');

/** The runs in `<data directory>/runs`, the latest first. */
export async function listRuns(dataDirectory: string): Promise<RunSummary[]> {
  const runs = await readRuns(dataDirectory);
  return runs.map(({ id, name, createdAt, epochs }) => ({ id, name, createdAt, epochs }));
}

/** Undefined when there is none of this id. */
export async function readRun(dataDirectory: string, id: string): Promise<Run | undefined> {
  return (await readRuns(dataDirectory)).find((run) => run.id === id);
}

async function readRuns(dataDirectory: string): Promise<Run[]> {
  const runs = await Promise.all(
    (await foldersIn(path.join(dataDirectory, 'runs'))).map(async ({ name, folder }) => {
      const config = await readJson<Json>(path.join(folder, 'config.json'));
      if (!config) return [];
      const history = (await readJson<Json[]>(path.join(folder, 'history.json'))) ?? [];
      const environment = (await readJson<Json>(path.join(folder, 'environment.json'))) ?? {};
      const { birthtime } = await stat(path.join(folder, 'config.json'));
      return {
        id: name,
        name,
        createdAt: birthtime,
        epochs: history.length,
        config,
        environment,
        history,
      };
    }),
  );
  return runs.flat().sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** Those in `<data directory>/reports` and those that Consonance brings along, the latest first. */
export async function listReports(dataDirectory: string): Promise<ReportSummary[]> {
  const reports = await readReports(dataDirectory);
  return reports.map(({ report: _, page: __, ...summary }) => summary);
}

/** Undefined when there is none of this id. */
export async function readReport(dataDirectory: string, id: string): Promise<Report | undefined> {
  return (await readReports(dataDirectory)).find((report) => report.id === id);
}

async function readReports(dataDirectory: string): Promise<Report[]> {
  const places = [
    { folders: await foldersIn(path.join(dataDirectory, 'reports')), isShipped: false },
    { folders: await foldersIn(shippedReports), isShipped: true },
  ];
  const reports = await Promise.all(
    places.flatMap(({ folders, isShipped }) =>
      folders.map(async ({ name, folder }) => {
        const report = await readJson<Json>(path.join(folder, 'report.json'));
        if (!report) return [];
        const html = path.join(folder, 'report.html');
        const page = await stat(html).then(
          () => html,
          () => undefined,
        );
        const text = (key: string) => (typeof report[key] === 'string' ? report[key] : '');
        return {
          id: `${isShipped ? 'shipped' : 'own'}-${name}`,
          name,
          isShipped,
          report,
          kind: text('kind'),
          createdAt: text('createdAt'),
          command: text('command'),
          page,
          hasPage: page !== undefined,
        };
      }),
    ),
  );
  return reports.flat().sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

async function foldersIn(parent: string): Promise<{ name: string; folder: string }[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, folder: path.join(parent, name) }));
}

/** Undefined for a file that is not there or not whole: a run may be writing it. */
async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
