import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { hasCode, messageOf } from './errors.ts';

export interface WalkedFile {
  /** Real path, symbolic links resolved: one file has one path. */
  path: string;
  /** Bytes. */
  size: number;
  /** Modification time, milliseconds since 1970. */
  mtime: number;
  /** Set when the name is not valid UTF-8, so that nothing else can open the file. */
  badName?: true;
}

/** Something the walk could not take; the rest goes on. */
export interface ScanProblem {
  path: string;
  code: 'NOT_FOUND' | 'UNREADABLE' | 'NOT_A_FILE' | 'BAD_NAME' | 'PATH_TOO_LONG';
  message: string;
}

/** Filled in as the walk goes. */
export interface WalkReport {
  /** The real roots, and the folders outside of them that links led to. */
  roots: Set<string>;
  /** Paths of all files yielded. */
  files: Set<string>;
  problems: ScanProblem[];
}

/** PostgreSQL indexes values up to 2,704 bytes. */
const maximumPathBytes = 2600;

/**
 * All files below `roots` whose extension is in `extensions`, sorted within each folder, each real
 * file once. Hidden entries are skipped; links are followed unless they lead to a folder that was
 * visited or that contains them. A root is taken whatever its name.
 */
export async function* walk(
  roots: readonly string[],
  extensions: ReadonlySet<string>,
  report: WalkReport,
): AsyncGenerator<WalkedFile> {
  const visitedFolders = new Set<string>();

  for (const root of roots) {
    const path = await attempt(resolve(root), (given) => realpath(given));
    // A missing root stays in the report: what the library knows below it has vanished.
    report.roots.add(path ?? resolve(root));
    if (path !== undefined) yield* visit(path);
  }

  async function* visit(path: string): AsyncGenerator<WalkedFile> {
    const stats = await attempt(path, (given) => stat(given));
    if (stats?.isDirectory()) yield* visitFolder(path);
    else if (stats?.isFile()) yield* take({ path, size: stats.size, mtime: stats.mtimeMs });
    else if (stats) problem(path, 'NOT_A_FILE', 'neither a file nor a folder');
  }

  async function* visitFolder(folder: string): AsyncGenerator<WalkedFile> {
    if (visitedFolders.has(folder)) return;
    visitedFolders.add(folder);
    const read = (path: string) => readdir(path, { withFileTypes: true, encoding: 'buffer' });
    const entries = (await attempt(folder, read)) ?? [];
    const visible = entries
      .map((entry) => ({ entry, name: readableName(entry.name) }))
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { entry, name } of visible) yield* visitEntry(folder, entry, name);
  }

  async function* visitEntry(folder: string, entry: Dirent<Buffer>, name: string) {
    const path = join(folder, name);
    const isAudio = extensions.has(extname(name).toLowerCase());
    if (name !== entry.name.toString()) {
      if (entry.isFile() && isAudio) yield* visitBadName(folder, entry.name, path);
      else if (entry.isDirectory()) problem(path, 'BAD_NAME', 'the name is not valid UTF-8');
    } else if (entry.isSymbolicLink()) yield* visitLink(folder, path, isAudio);
    else if (entry.isDirectory()) yield* visitFolder(path);
    else if (entry.isFile() && isAudio) yield* visit(path);
  }

  async function* visitLink(folder: string, link: string, isAudio: boolean) {
    const target = await realpath(link).catch(() => undefined);
    if (target === undefined) {
      if (isAudio) problem(link, 'NOT_FOUND', 'the link leads nowhere');
      return;
    }
    const stats = await attempt(target, (given) => stat(given));
    if (stats?.isDirectory() && !isWithin(folder, target)) {
      report.roots.add(target);
      yield* visitFolder(target);
    } else if (stats?.isFile() && isAudio) yield* visit(target);
  }

  async function* visitBadName(folder: string, name: Buffer, path: string) {
    const bytes = Buffer.concat([Buffer.from(folder + sep), name]);
    const stats = await stat(bytes).catch(() => undefined);
    if (stats) yield* take({ path, size: stats.size, mtime: stats.mtimeMs, badName: true });
  }

  function* take(file: WalkedFile) {
    if (report.files.has(file.path)) return;
    if (Buffer.byteLength(file.path) > maximumPathBytes) {
      problem(file.path, 'PATH_TOO_LONG', `the path has more than ${maximumPathBytes} bytes`);
      return;
    }
    report.files.add(file.path);
    yield file;
  }

  async function attempt<T>(path: string, read: (path: string) => Promise<T>) {
    try {
      return await read(path);
    } catch (error) {
      const code = isMissing(error) ? 'NOT_FOUND' : 'UNREADABLE';
      problem(path, code, messageOf(error));
      return undefined;
    }
  }

  function problem(path: string, code: ScanProblem['code'], message: string) {
    report.problems.push({ path, code, message });
  }
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The name itself, or with `\xE9` for each byte above ASCII where it is not valid UTF-8. */
function readableName(name: Buffer): string {
  const text = name.toString();
  if (Buffer.from(text).equals(name)) return text;
  return name
    .toString('latin1')
    .replace(/[^ -~]/g, (c) => `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
