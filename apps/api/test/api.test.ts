/** The API from the first folder to discoveries, by plain fetch. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { z } from 'zod';
import { fuzzProcedures, fuzzRequests } from './fuzz.ts';
import { mutate, query, RequestError, type TestServer, testServer, until } from './server.ts';

interface Track {
  id: string;
  title: string;
  artist: string;
  genres: { label: string; probability: number }[];
}

interface Recommended {
  track: Track;
  score: number;
  parts: { part: number }[];
  reasons: { kind: string }[];
}

interface Document {
  openapi: string;
  paths: Record<string, { get?: Operation; post?: Operation }>;
}
type Schema = z.core.JSONSchema.JSONSchema;
type Content = Record<string, { schema?: Schema }>;
interface Operation {
  parameters?: { content?: Content }[];
  requestBody?: { content: Content };
  responses: Record<200, { content: Content }>;
}

/** The objects in a schema that may have other properties than it names. */
function loose(schema: unknown): unknown[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, additionalProperties } = schema as Schema;
  const isLoose = properties !== undefined && additionalProperties !== false;
  return [...(isLoose ? [schema] : []), ...Object.values(schema).flatMap(loose)];
}

let api: TestServer;
let tracks: Track[];
const idsOf = (songs: readonly Track[]) => songs.map(({ id }) => id);
const refused = (status: number, reason: string | null, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RequestError, String(error));
  assert.deepEqual([error.status, error.data.reason], [status, reason], error.message);
  assert.match(error.message, message);
  return true;
};
const analysed = () =>
  until(
    () => query(api, 'analysis.state'),
    ({ state }) => state === 'idle',
  );

describe('API', { timeout: 600_000 }, () => {
  before(async () => {
    api = await testServer(['jazz', 'rock']);
  });
  after(() => api?.close());

  test('a folder is chosen by what was shown, and analysed', async () => {
    const roots = await query(api, 'library.browse');
    assert.deepEqual([roots.directoryId, roots.directories.length], [null, 1]);
    const top = await query(api, 'library.browse', {
      directoryId: roots.directories[0].directoryId,
    });
    assert.equal(top.parentId, null, 'nothing above a root');
    const music = top.directories.find(({ name }: { name: string }) => name === 'music');
    assert.equal(music.isInLibrary, false);
    const inside = await query(api, 'library.browse', { directoryId: music.directoryId });
    assert.deepEqual([inside.audioFiles, inside.directories.length], [1, 2]);

    await mutate(api, 'library.addFolder', { directoryId: music.directoryId });
    const { done, failed, error } = await analysed();
    assert.deepEqual([done, failed, error], [7, 1, null]);
    const { files, analysed: known, pending } = await query(api, 'library.status');
    assert.deepEqual([files, known, pending], [7, 6, 0]);
    const [folder] = await query(api, 'library.folders');
    assert.deepEqual(
      [path.basename(folder.path), folder.files, folder.analysed, folder.isReachable],
      ['music', 7, 6, true],
    );
  });

  test('a directory that was not shown, or lies outside the roots, cannot be chosen', async () => {
    const unknown = { directoryId: '0'.repeat(32) };
    const refusal = refused(404, 'UNKNOWN_FOLDER', /a directory that was shown/);
    await assert.rejects(mutate(api, 'library.addFolder', unknown), refusal);
    await assert.rejects(query(api, 'library.browse', unknown), refusal);
    await assert.rejects(
      mutate(api, 'library.addFolder', { directoryId: '/etc' }),
      refused(400, null, /id of a directory/),
    );
  });

  test('searches, sorts, filters and counts', async () => {
    ({ tracks } = await query(api, 'library.tracks', { status: 'analysed', sort: 'title' }));
    const titles = tracks.map(({ title }) => title.toLowerCase());
    assert.deepEqual(titles, titles.toSorted());
    const reversed = await query(api, 'library.tracks', {
      status: 'analysed',
      sort: 'title',
      descending: true,
      limit: 2,
      offset: 1,
    });
    assert.deepEqual(idsOf(reversed.tracks), idsOf(tracks.toReversed().slice(1, 3)));
    const [found] = (await query(api, 'library.tracks', { search: 'VIBE ac' })).tracks;
    assert.equal(found.title, 'Vibe Ace');
    const facets = await query(api, 'library.facets');
    const failed = facets.statuses.find(({ value }: { value: string }) => value === 'failed');
    assert.equal(failed.count, 1);
    for (const { value, count } of facets.genres) {
      assert.equal((await query(api, 'library.tracks', { genre: value })).total, count);
    }
    for (const { value, count } of facets.artists) {
      assert.equal((await query(api, 'library.tracks', { artist: value })).total, count);
    }
  });

  test('a song with its details, a failure with its reason', async () => {
    const song = await query(api, 'library.track', { id: tracks[0]!.id });
    assert.equal(song.failure, null);
    assert.ok(song.windows.length >= 1);
    for (const { genres, similarity } of song.windows) {
      assert.equal(genres.length, song.genres.length);
      assert.ok(similarity > 0 && similarity <= 1);
    }
    const [failure] = await query(api, 'library.failures');
    assert.deepEqual([failure.fileName, failure.code], ['notes.mp3', 'NOT_AUDIO']);
    const { id } = failure.track;
    assert.equal((await query(api, 'library.track', { id })).failure.code, 'NOT_AUDIO');
    await mutate(api, 'library.retry', { ids: [id] });
    await analysed();
    assert.equal((await query(api, 'library.failures'))[0].attempts, 2);
  });

  test('recommends by both methods; the parts add up to the score', async () => {
    const seedIds = idsOf(tracks.slice(0, 2));
    for (const method of ['cosine', 'genre']) {
      const gone = 'z'.repeat(12);
      const { seeds, recommendations } = await query(api, 'recommend.bySeeds', {
        seedIds: [...seedIds, gone],
        method,
      });
      assert.deepEqual(idsOf(seeds), seedIds);
      assert.equal(recommendations.length, 4);
      for (const { track, score, parts, reasons } of recommendations) {
        assert.ok(!seedIds.includes(track.id));
        const sum = parts.reduce((total: number, { part }: { part: number }) => total + part, 0);
        assert.ok(Math.abs(sum - score) < 1e-4, `${method}: ${sum} ${score}`);
        assert.match(reasons[0].text, /^sounds like/);
        assert.ok(seedIds.includes(reasons[0].trackId));
      }
    }
    const { steps } = await query(api, 'recommend.path', {
      fromId: tracks[0]!.id,
      toId: tracks[5]!.id,
      count: 2,
    });
    assert.deepEqual(
      [steps.length, steps[0].track.id, steps[3].track.id],
      [4, tracks[0]!.id, tracks[5]!.id],
    );
    const { seeds } = await query(api, 'recommend.suggestSeeds', { count: 3 });
    assert.equal(seeds.length, 3);
  });

  test('the hard variant keeps to the genres of the seeds; hubs stand back', async () => {
    const genreOf = (track: Track) => track.genres[0]!.label;
    const seed = tracks[0]!;
    const ask = (input: object) =>
      query(api, 'recommend.similar', { id: seed.id, method: 'genre', count: 5, ...input });
    const soft = await ask({});
    const hard = await ask({ variant: 'hard' });
    const songs = (result: { recommendations: { track: Track }[] }) =>
      result.recommendations.map(({ track }) => track);
    assert.deepEqual(
      idsOf(songs(hard)).toSorted(),
      idsOf(songs(soft).filter((song) => genreOf(song) === genreOf(seed))).toSorted(),
    );
    assert.ok(songs(hard).length < songs(soft).length);
    const { recommendations } = await ask({ correctHubs: true });
    for (const { score, parts, reasons } of recommendations) {
      assert.ok(score >= 0 && score <= 1);
      assert.ok(reasons.some(({ kind }: { kind: string }) => kind === 'hubness'));
      const sum = parts.reduce((total: number, { part }: { part: number }) => total + part, 0);
      assert.ok(Math.abs(sum - score) < 1e-4, `${sum} ${score}`);
    }
  });

  test('the map is computed when asked for', async () => {
    const before = await query(api, 'recommend.map');
    assert.deepEqual([before.ids, before.missing], [[], 6]);
    await mutate(api, 'recommend.computeMap');
    const map = await until(
      () => query(api, 'recommend.map'),
      ({ ids }) => ids.length > 0,
    );
    assert.deepEqual([map.ids.length, map.xy.length, map.missing], [6, 12, 0]);
    assert.ok(map.centres.length >= 1);
  });

  test('a listener: likes, import, profile, discoveries', async () => {
    const listener = 'Ada';
    await mutate(api, 'listeners.create', { name: listener });
    const profile = () => query(api, 'listeners.profile', { name: listener });
    assert.deepEqual((await profile()).interests, []);
    await mutate(api, 'listeners.record', { listener, trackId: tracks[0]!.id, kind: 'like' });
    await mutate(api, 'listeners.record', { listener, trackId: tracks[1]!.id, kind: 'dislike' });
    const text = `artist,album,title,date\n"${tracks[2]!.artist}",,"${tracks[2]!.title}",02 Jan 2024 10:00\nNobody,,Nothing,02 Jan 2024 10:00`;
    const report = await mutate(api, 'listeners.import', {
      listener,
      fileName: 'a.csv',
      text,
    });
    assert.deepEqual([report.matched, report.added, report.unmatched.length], [1, 1, 1]);
    const { counts, liked, interests } = await profile();
    assert.deepEqual(counts, { play: 1, skip: 0, like: 1, dislike: 1 });
    assert.deepEqual([idsOf(liked), interests.length > 0], [[tracks[0]!.id], true]);
    const history = await query(api, 'listeners.history', { listener, kind: 'play' });
    assert.equal(history.events[0].track.id, tracks[2]!.id);
    const first = await mutate(api, 'listeners.discover', { listener, count: 2 });
    const second = await mutate(api, 'listeners.discover', { listener, count: 10 });
    const given = [...first.recommendations, ...second.recommendations];
    assert.deepEqual(
      given.map(({ track }) => track.id).toSorted(),
      idsOf(tracks.slice(3)).toSorted(),
    );
    const again = (input: object): Promise<{ recommendations: Recommended[] }> =>
      mutate(api, 'listeners.discover', { listener, again: true, count: 6, ...input });
    const topGenre = ({ genres }: Track) => genres[0]!.label;
    const genresLiked = new Set([tracks[0]!, tracks[2]!].map(topGenre));
    const hard = await again({ method: 'genre', variant: 'hard' });
    assert.deepEqual(
      idsOf(hard.recommendations.map(({ track }) => track)).toSorted(),
      idsOf(tracks.slice(3).filter((track) => genresLiked.has(topGenre(track)))).toSorted(),
    );
    const { recommendations } = await again({ correctHubs: true });
    assert.equal(recommendations.length, 3);
    for (const { score, parts, reasons } of recommendations) {
      assert.ok(score >= 0 && score <= 1);
      assert.ok(reasons.some(({ kind }) => kind === 'hubness'));
      const sum = parts.reduce((total, { part }) => total + part, 0);
      assert.ok(Math.abs(sum - score) < 1e-4, `${sum} ${score}`);
    }
    await assert.rejects(
      mutate(api, 'listeners.discover', { listener: 'Zoe' }),
      refused(404, 'UNKNOWN_LISTENER', /"Zoe".*Ada/),
    );
    await assert.rejects(
      mutate(api, 'listeners.import', { listener, fileName: 'a.txt', text }),
      refused(400, 'BAD_HISTORY', /a\.txt/),
    );
  });

  test('playlists are saved, changed and exported', async () => {
    const trackIds = idsOf(tracks.slice(0, 3));
    const { id } = await mutate(api, 'playlists.save', { name: 'To/night', trackIds });
    await mutate(api, 'playlists.save', { id, name: 'To/night', trackIds: trackIds.toReversed() });
    const [playlist] = await query(api, 'playlists.list');
    assert.deepEqual(idsOf(playlist.tracks), trackIds.toReversed());
    const file = await query(api, 'playlists.export', { id, format: 'm3u8' });
    assert.equal(file.fileName, 'To night.m3u8');
    assert.equal(file.text.match(/^#EXTINF/gm).length, 3);
    const jspf = await query(api, 'playlists.export', { trackIds, format: 'jspf' });
    assert.equal(JSON.parse(jspf.text).playlist.track.length, 3);
    await assert.rejects(
      query(api, 'playlists.get', { id: 'z'.repeat(12) }),
      refused(404, 'UNKNOWN_PLAYLIST', /id of a playlist/),
    );
  });

  test('settings are checked and count as defaults', async () => {
    await mutate(api, 'system.saveSettings', { maxPerArtist: 1, workers: 1 });
    const { seeds } = await query(api, 'recommend.suggestSeeds', { count: 1 });
    const { recommendations } = await query(api, 'recommend.similar', {
      id: seeds[0].id,
      count: 50,
    });
    const artists = recommendations.map(({ track }: { track: Track }) => track.artist);
    assert.equal(new Set(artists).size, artists.length);
    await assert.rejects(
      mutate(api, 'system.saveSettings', { workers: 0 }),
      refused(400, null, /workers/),
    );
    assert.equal((await query(api, 'system.settings')).workers, 1);
  });

  test('every query of the OpenAPI document answers in the form that it describes', async () => {
    const response = await fetch(`${api.server.url}/openapi.json`);
    const document = (await response.json()) as Document;
    assert.equal(document.openapi, '3.1.0');
    const [playlist] = await query(api, 'playlists.list');
    const id = tracks[0]!.id;
    const inputs: Record<string, unknown> = {
      'library.track': { id },
      'recommend.bySeeds': { seedIds: [id] },
      'recommend.similar': { id },
      'recommend.path': { fromId: id, toId: tracks[1]!.id },
      'listeners.profile': { name: 'Ada' },
      'listeners.history': { listener: 'Ada' },
      'playlists.get': { id: playlist.id },
      'playlists.export': { id: playlist.id, format: 'json' },
    };
    // What needs a run, a report, a user, a study or a cover that is not here.
    const elsewhere =
      /^(models\.(run|report)|auth\.appPasswords|(studies|participation|interleaving)\..*|\/media\/cover.*)$/;
    const called: string[] = [];
    for (const [route, { get }] of Object.entries(document.paths)) {
      const name = route.replace('/trpc/', '');
      if (get === undefined || elsewhere.test(name)) continue;
      const { content } = get.responses[200];
      if ('text/event-stream' in content) continue;
      const search = new URLSearchParams({ input: JSON.stringify(inputs[name] ?? {}) });
      const answer = await fetch(`${api.server.url}${route.replace('{id}', id)}?${search}`);
      assert.equal(answer.status, 200, route);
      const [type, { schema }] = Object.entries(content)[0]!;
      assert.ok(answer.headers.get('content-type')!.startsWith(type.replace('*', '')), route);
      const body = await answer.text();
      if (schema === undefined) continue;
      const checked = z.fromJSONSchema(schema).safeParse(JSON.parse(body));
      assert.ok(checked.success, `${name}: ${checked.error}`);
      called.push(name);
    }
    assert.ok(called.length >= 23, called.join(' '));
  });

  test('no procedure ignores a misspelt option', async () => {
    const document: Document = (await (
      await fetch(`${api.server.url}/openapi.json`)
    ).json()) as never;
    const inputs = Object.entries(document.paths).flatMap(([route, { get, post }]) => {
      const content = get?.parameters?.[0]?.content ?? post?.requestBody?.content;
      return content ? [[route, content['application/json']!.schema] as const] : [];
    });
    const procedures = Object.keys(document.paths).filter((route) => route.startsWith('/trpc/'));
    assert.deepEqual(
      inputs.map(([route]) => route),
      procedures,
    );
    for (const [route, schema] of inputs) {
      assert.deepEqual(loose(schema), [], `${route} ignores what it does not know`);
    }
    await assert.rejects(
      query(api, 'playlists.list', { limit: 1 }),
      refused(400, null, /Unrecognized key: "limit"/),
    );
    const filters = { maxPerAritst: 1 };
    await assert.rejects(
      query(api, 'recommend.similar', { id: tracks[0]!.id, filters }),
      refused(400, null, /Unrecognized key: "maxPerAritst"[^]*at filters/),
    );
  });

  test('health, metrics, pages and request ids', async () => {
    const health = await fetch(`${api.server.url}/health`);
    assert.match(health.headers.get('x-request-id')!, /^[0-9a-f-]{36}$/);
    assert.equal(((await health.json()) as { status: string }).status, 'ok');
    const metrics = await (await fetch(`${api.server.url}/metrics`)).text();
    assert.match(
      metrics,
      /consonance_procedure_duration_seconds_count\{procedure="library.tracks",ok="true"\} \d/,
    );
    assert.match(metrics, /process_resident_memory_bytes \d/);
    assert.match(metrics, /consonance_files\{status="analysed"\} \d/);
    const page = await fetch(api.server.url);
    assert.match(page.headers.get('content-security-policy')!, /script-src 'self' 'sha256-/);
    assert.equal((await fetch(`${api.server.url}/nowhere`)).status, 404);
    assert.equal((await fetch(`${api.server.url}/reports/nothing`)).status, 404);
  });

  test('an error of the server tells its request, and nothing else', async () => {
    const failing = mock.method(api.server.consonance.library, 'playlists', async () => {
      throw new Error('/home/ada/secret');
    });
    await assert.rejects(query(api, 'playlists.list'), (error) => {
      assert.ok(error instanceof RequestError);
      assert.equal(error.status, 500);
      assert.ok(!JSON.stringify([error.message, error.data]).includes('secret'));
      assert.ok(error.message.includes(error.data.requestId));
      return true;
    });
    failing.mock.restore();
  });

  test('what was saved and a pause survive a restart; a removed folder comes back whole', async () => {
    await mutate(api, 'analysis.pause');
    await api.restart();
    await api.server.consonance.analysis.resume();
    assert.equal((await query(api, 'analysis.state')).state, 'paused');
    assert.equal((await query(api, 'playlists.list')).length, 1);
    const [folder] = await query(api, 'library.folders');
    await mutate(api, 'library.removeFolder', { folderId: folder.id });
    assert.equal((await query(api, 'library.tracks')).total, 0);
    await api.server.consonance.addFolder(api.music);
    assert.equal((await analysed()).done, 0, 'nothing is analysed again');
    assert.equal((await query(api, 'library.tracks', { status: 'analysed' })).total, 6);
  });

  test('whatever is sent, the server answers and lives on', async () => {
    const user = await mutate(api, 'users.create', { name: 'Ada', password: 'correct horse' });
    const secret = 'f'.repeat(32);
    await api.server.consonance.library.users.addAppPassword(user.id, 'fuzz', secret);
    const headers = { authorization: `Bearer ${secret}` };
    const known = [...idsOf(tracks), 'Ada', 'rock', 'vibe'];
    const target = { url: api.server.url, headers, known };
    const accepted = await fuzzProcedures(target);
    assert.ok(accepted > 100, `only ${accepted} calls were accepted`);
    await fuzzRequests(target);
    const { status } = (await (await fetch(`${api.server.url}/health`)).json()) as {
      status: string;
    };
    assert.equal(status, 'ok');
    for (const { id } of await query(api, 'users.list', undefined, headers)) {
      if (id !== user.id) await mutate(api, 'users.remove', { id }, headers);
    }
    await mutate(api, 'users.remove', { id: user.id }, headers);
  });

  test('a stream that is open ends with the server', async () => {
    const stream = await fetch(`${api.server.url}/trpc/analysis.progress`, {
      headers: { accept: 'text/event-stream' },
    });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"state"')) text += (await reader.read()).value;
    const closed = api.restart();
    while (!(await reader.read()).done);
    await closed;
  });
});
