/** A real server on a free port, with real songs; requests by plain fetch, as people without TypeScript. */
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig, type RunningServer, startServer } from '../src/index.ts';

const demo = path.resolve(import.meta.dirname, '../../../demo/library');

export interface TestServer {
  folder: string;
  music: string;
  server: RunningServer;
  /** Ends the server and starts another one on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Three songs of each genre and a file that is none, not yet in the library. */
export async function testServer(genres: readonly string[]): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-api-'));
  const music = path.join(folder, 'music');
  for (const genre of genres) {
    for (const file of (await readdir(path.join(demo, genre))).sort().slice(0, 3)) {
      await cp(path.join(demo, genre, file), path.join(music, genre, file));
    }
  }
  await writeFile(path.join(music, 'notes.mp3'), 'this is not music\n'.repeat(1000));
  const web = path.join(folder, 'web');
  await mkdir(web);
  await writeFile(path.join(web, 'index.html'), '<title>Consonance</title><script>1</script>');
  await writeFile(path.join(web, '404.html'), '<title>Nothing</title>');
  const start = () =>
    startServer(
      path.join(folder, 'data'),
      { ...readConfig({ port: 0 }, {}), logLevel: 'silent', musicRoots: [folder] },
      { webDirectory: web },
    );
  const test: TestServer = {
    folder,
    music,
    server: await start(),
    async restart() {
      await test.server.close();
      test.server = await start();
    },
    async close() {
      await test.server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return test;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the document's schemas check the shapes
type Json = any;

export async function query(
  test: TestServer,
  name: string,
  input?: unknown,
  headers: Record<string, string> = {},
): Promise<Json> {
  const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return dataOf(await fetch(`${test.server.url}/trpc/${name}${search}`, { headers }));
}

export async function mutate(
  test: TestServer,
  name: string,
  input: unknown = {},
  headers: Record<string, string> = {},
): Promise<Json> {
  return dataOf(
    await fetch(`${test.server.url}/trpc/${name}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'x-consonance-request': '1' },
      body: JSON.stringify(input),
    }),
  );
}

export class RequestError extends Error {
  readonly status: number;
  readonly data: Json;

  constructor(status: number, message: string, data: Json) {
    super(message);
    this.status = status;
    this.data = data;
  }
}

async function dataOf(response: Response): Promise<Json> {
  const { result, error } = (await response.json()) as { result?: Json; error?: Json };
  if (error) throw new RequestError(response.status, error.message, error.data);
  return result.data;
}

/** Asks again and again, until it holds. */
export async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
