/** A real server with a study, and participants who take part all at once and note what was acknowledged. */
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { openConsonance } from '@consonance/engine';
import { pick, seededRandom, shuffled } from '@consonance/statistics';
import { parseRatingsCsv } from '@consonance/study';
import { startCommand } from './run.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the procedures' schemas check the shapes
type Json = any;

const retryMilliseconds = 50;

/** The command in a process of its own, which can be killed and started again. */
export class StudyServer {
  readonly #dataDirectory: string;
  #child: ChildProcess | undefined;
  #url: Promise<string> = Promise.reject(new Error('The server was not started.'));
  /** How long each acknowledged rating took, ms. */
  readonly latencies: number[] = [];

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
    this.#url.catch(() => {});
  }

  async start(): Promise<void> {
    const child = startCommand(['serve', '--port', '0', '--data-dir', this.#dataDirectory]);
    this.#child = child;
    child.stderr!.resume();
    this.#url = once(child.stdout!.setEncoding('utf8'), 'data').then(([line]) =>
      String(line).trim(),
    );
    await this.#url;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child!;
    const isOver = (child.exitCode ?? child.signalCode) !== null;
    const ended = isOver ? undefined : once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Until there is an answer, however often the server dies meanwhile. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    for (;;) {
      try {
        const response = await fetch((await this.#url) + path, init);
        // All of it: half an answer is none.
        const bytes = await response.arrayBuffer();
        return new Response(bytes, { status: response.status, headers: response.headers });
      } catch {
        await wait(retryMilliseconds);
      }
    }
  }

  async query(name: string, input: unknown, cookie = ''): Promise<Json> {
    const search = `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return (await dataOf(await this.fetch(`/trpc/${name}${search}`, { headers: { cookie } }))).data;
  }

  async mutate(
    name: string,
    input: unknown = {},
    cookie = '',
  ): Promise<{ data: Json; cookie: string }> {
    const response = await this.fetch(`/trpc/${name}`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', 'x-consonance-request': '1' },
      body: JSON.stringify(input),
    });
    return dataOf(response);
  }
}

async function dataOf(response: Response): Promise<{ data: Json; cookie: string }> {
  const { result, error } = (await response.json()) as { result?: Json; error?: Json };
  if (error) throw Object.assign(new Error(error.message), { reason: error.data.reason });
  return { data: result.data, cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

/** Analyses a folder of music. @returns the ids of its songs */
export async function analysedSongs(dataDirectory: string, music: string): Promise<string[]> {
  const consonance = await openConsonance({ dataDirectory });
  await consonance.analyze([music]);
  const { ids } = (await consonance.music()).catalogue;
  await consonance.close();
  return [...ids];
}

/** Opens a study of two methods and random songs. @returns its id and tokens */
export async function openStudy(
  server: StudyServer,
  {
    participants,
    songs,
    clipSeconds,
  }: { participants: number; songs: number; clipSeconds: number },
): Promise<{ id: string; tokens: string[] }> {
  const plan = {
    arms: [
      { name: 'method 1', source: { kind: 'method', method: 1 }, songs },
      { name: 'method 2', source: { kind: 'method', method: 2 }, songs },
      { name: 'random', source: { kind: 'random' }, songs },
    ],
    clipSeconds,
    minimumListenSeconds: 2,
    scale: 5,
    sampleSize: participants,
    seed: 1,
  };
  const { id } = (await server.mutate('studies.create', { plan })).data;
  await server.mutate('studies.open', { id });
  const { links } = (await server.mutate('studies.invite', { id, count: participants })).data;
  return { id, tokens: links.map((link: string) => new URL(link).searchParams.get('invitation')) };
}

/** A rating as its participant knows it. */
export interface Acknowledged {
  clip: number;
  rating: number;
}

/**
 * Somebody who takes part from the link to the end, and hears every clip.
 *
 * @param acknowledged gets each rating that the server has confirmed
 */
export async function takePart(
  server: StudyServer,
  { token, ids, seed }: { token: string; ids: readonly string[]; seed: number },
  acknowledged: Acknowledged[],
): Promise<void> {
  const random = seededRandom(seed);
  const { data, cookie } = await server.mutate('participation.enter', { token });
  const call = async (name: string, input?: unknown) =>
    (await server.mutate(`participation.${name}`, input, cookie)).data;
  await call('consent');
  await call('soundChecked');
  let state = await call('chooseSongs', {
    trackIds: shuffled(ids, random).slice(0, data.seedCount),
  });
  while (state.next !== null) {
    const clip: number = state.next;
    const sound = await server.fetch(`/study/clip/${clip}`, { headers: { cookie } });
    if (sound.status !== 200) throw new Error(`Clip ${clip}: ${await sound.text()}`);
    const rating = pick(random, [1, 2, 3, 4, 5]);
    const started = performance.now();
    state = await call('rate', { clip, rating, listenedSeconds: 2 });
    server.latencies.push(performance.now() - started);
    acknowledged.push({ clip, rating });
  }
  await call('finish');
}

/** What differs between what was acknowledged and what the closed study holds; empty is good. */
export async function lostOrDoubled(
  server: StudyServer,
  id: string,
  acknowledged: readonly (readonly Acknowledged[])[],
): Promise<string[]> {
  await server.mutate('studies.close', { id });
  const { text } = await server.query('studies.exportCsv', { id });
  const stored = parseRatingsCsv(text);
  const line = (ratings: readonly Acknowledged[]) =>
    ratings.map(({ clip, rating }) => `${clip}:${rating}`).join(' ');
  const expected = acknowledged.map(line).sort();
  const received = stored
    .map(({ clips }) => line(clips.map(({ clip, rating }) => ({ clip, rating: rating! }))))
    .sort();
  return expected.flatMap((own, i) =>
    own === received[i] && expected.length === received.length
      ? []
      : [`Expected ${own} but received ${received[i]}`],
  );
}
