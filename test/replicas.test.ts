/** Two API servers on one PostgreSQL database: what one of them changes, the other knows. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Accounts } from '@consonance/api';
import { openLibrary } from '@consonance/library';
import {
  type PostgresServer,
  hasPostgres,
  noPostgres,
  query,
  startPostgres,
} from '@consonance/library/testing';
import { root, serve } from './run.ts';

const skip = !hasPostgres() && noPostgres;
const songs = 4;
const password = 'correct horse';
let folder: string;
let postgres: PostgresServer;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(path.join(tmpdir(), 'consonance-replicas-'));
  postgres = await startPostgres();
});
after(async () => {
  if (skip) return;
  await postgres.close();
  await rm(folder, { recursive: true, force: true });
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asks for
type Json = any;

interface Replica {
  ask(procedure: string): Promise<Json>;
  change(procedure: string, input: object): Promise<Json>;
  /** The states of a subscription, the present one first. */
  follow(procedure: string): AsyncGenerator<Json>;
}

/** `consonance serve` as a process of its own, with a data directory of its own. */
async function replica(
  t: { after(end: () => unknown): void },
  name: string,
  databaseUrl: string,
): Promise<Replica> {
  const url = await serve(t, path.join(folder, name), { DATABASE_URL: databaseUrl });
  const answer = async (response: Response) => {
    const { result, error } = (await response.json()) as Json;
    assert.equal(error, undefined, JSON.stringify(error));
    return result.data;
  };
  return {
    ask: async (procedure) => answer(await fetch(`${url}/trpc/${procedure}`)),
    change: async (procedure, input) =>
      answer(
        await fetch(`${url}/trpc/${procedure}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-consonance-request': '1' },
          body: JSON.stringify(input),
        }),
      ),
    async *follow(procedure) {
      const { body } = await fetch(`${url}/trpc/${procedure}`, {
        headers: { accept: 'text/event-stream' },
      });
      let text = '';
      for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
        const events = (text + chunk).split('\n\n');
        text = events.pop()!;
        for (const event of events) {
          const data = /^data: (\{.*"state".*\})$/m.exec(event)?.[1];
          if (data !== undefined) yield JSON.parse(data);
        }
      }
    },
  };
}

/** Asks again and again, until it holds. */
async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test(
  'a replica follows the analysis, the songs, the model and the users of another',
  { skip, timeout: 240_000 },
  async (t) => {
    const music = path.join(folder, 'music');
    const jazz = path.join(root, 'demo', 'library', 'jazz');
    for (const file of (await readdir(jazz)).sort().slice(0, songs)) {
      await cp(path.join(jazz, file), path.join(music, file));
    }
    const databaseUrl = await postgres.newDatabase();
    const dataDirectory = path.join(folder, 'elsewhere');
    const library = await openLibrary({ dataDirectory, databaseUrl });
    t.after(() => library.close());
    const [one, other] = await Promise.all([
      replica(t, 'one', databaseUrl),
      replica(t, 'other', databaseUrl),
    ]);
    // A server looks through the folders when it starts: one that found the folder by itself would have an
    // analysis of its own to show.
    await one.change('analysis.pause', {});
    for (const each of [one, other]) {
      await until(
        () => each.ask('analysis.state'),
        ({ state }) => state === 'paused',
      );
    }
    await library.addFolder(music);

    const states = other.follow('analysis.progress');
    await states.next();
    await one.change('analysis.start', {});
    const seen = new Set<string>();
    for await (const { state, total, done, failed } of states) {
      seen.add(state);
      if (state !== 'idle' || total === 0) continue;
      assert.deepEqual({ total, done, failed }, { total: songs, done: songs, failed: 0 });
      break;
    }
    assert.ok(seen.has('scanning') || seen.has('analysing'), [...seen].join());
    const counts = () => other.ask('library.status');
    await until(counts, ({ analysed }) => analysed === songs);

    const { tracks } = await library.tracks();
    await library.forget([tracks[0]!.id]);
    for (const each of [one, other]) {
      await until(
        () => each.ask('library.status'),
        ({ files }) => files === songs - 1,
      );
    }

    await other.change('analysis.pause', {});
    await until(
      () => one.ask('analysis.state'),
      ({ state }) => state === 'paused',
    );
    await other.change('models.use', { name: 'timbre' });
    const isTimbre = ({ name, isCurrent }: { name: string; isCurrent: boolean }) =>
      isCurrent && name === 'timbre';
    await until(
      () => one.ask('models.list'),
      (models) => models.some(isTimbre),
    );
    assert.equal((await one.ask('library.status')).analysed, 0);

    // Whoever asks after the first user was added has to log in, at every replica.
    const accounts = await Accounts.open(library.users, { isLoopback: true });
    await accounts.add({ name: 'Ada', password, isAdmin: true });
    for (const each of [one, other]) {
      assert.deepEqual(await each.ask('auth.me'), { user: null, isOpen: false });
    }
  },
);

test(
  'replicas that analyse at once share the work: every content is analysed once, and both tell of all',
  { skip, timeout: 240_000 },
  async (t) => {
    const music = path.join(folder, 'shared');
    const jazz = path.join(root, 'demo', 'library', 'jazz');
    const files = await readdir(jazz);
    const all = files.length + 1;
    for (const file of files) await cp(path.join(jazz, file), path.join(music, file));
    await cp(path.join(jazz, files[0]!), path.join(music, `copy-${files[0]}`));
    const databaseUrl = await postgres.newDatabase();
    const dataDirectory = path.join(folder, 'third');
    const library = await openLibrary({ dataDirectory, databaseUrl });
    t.after(() => library.close());
    await library.saveSetting('model', 'timbre');
    await library.saveSetting('analysisPaused', true);
    await library.addFolder(music);
    // It also fires for a result that comes second and is not stored.
    await query(
      databaseUrl,
      `create table results (track_id text);
      create function note_result() returns trigger language plpgsql as
        'begin insert into results values (new.track_id); return new; end';
      create trigger note_result before insert on features
        for each row execute function note_result()`,
    );
    const replicas = await Promise.all(
      ['one', 'other'].map((name) => replica(t, `${name}-sharing`, databaseUrl)),
    );
    await Promise.all(replicas.map((each) => each.change('analysis.start', {})));
    // Of whoever looks first; the other may find some done, and what it tells at its end is shown, too.
    let mostFound = 0;
    const ofModel = async () => {
      for (const each of replicas) {
        mostFound = Math.max(mostFound, (await each.ask('analysis.state')).total);
      }
      return (await library.status()).models[0];
    };
    await until(ofModel, (status) => status?.analysed === all && status.pending === 0);
    const ends = await Promise.all(
      replicas.map((each) =>
        until(
          () => each.ask('analysis.state'),
          ({ state }) => state === 'idle',
        ),
      ),
    );
    for (const { total, done, failed, error } of ends) {
      assert.deepEqual({ done, failed, error }, { done: total, failed: 0, error: null });
    }
    assert.equal(mostFound, all);
    const counts = await query(databaseUrl, 'select count(*)::integer as results from results');
    assert.deepEqual(counts, [{ results: all }]);
  },
);

test('a session that one replica ends is over at the others', { skip }, async (t) => {
  const databaseUrl = await postgres.newDatabase();
  // At rest: what is remembered never becomes too old by itself.
  const now = () => new Date(1_700_000_000_000);
  const [one, other] = await Promise.all(
    ['one', 'other'].map(async (name) => {
      const library = await openLibrary({ dataDirectory: path.join(folder, name), databaseUrl });
      t.after(() => library.close());
      return Accounts.open(library.users, { isLoopback: true, now });
    }),
  );
  const ada = await one!.add({ name: 'Ada', password, isAdmin: true });
  const logIn = async () => {
    const { token } = await one!.logIn('Ada', password, '127.0.0.1');
    assert.deepEqual(await other!.bySession(token), ada);
    return token;
  };
  const isOver = (token: string) =>
    until(
      () => other!.bySession(token),
      (user) => user === undefined,
    );
  let token = await logIn();
  await one!.logOut(token);
  await isOver(token);
  token = await logIn();
  await one!.setPassword(ada.id, 'another horse');
  await isOver(token);
  assert.equal(await other!.isOpen(), false);
  await one!.remove(ada.id);
  await until(
    () => other!.isOpen(),
    (isOpen) => isOpen,
  );
});
