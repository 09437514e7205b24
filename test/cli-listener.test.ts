/** Choosing, listening, discovering: the command with the real parts on real audio. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openLibrary } from '@consonance/library';
import { consonance, root } from './run.ts';

interface Song {
  id: string;
  path: string;
  title: string;
  artist: string;
}
interface Recommended extends Song {
  score: number;
  genres: Record<string, number>;
  reasons: { kind: string; text: string; similarity: number; startSeconds: number }[];
  collapsed?: Song[];
}

const demo = path.join(root, 'demo', 'library');
let folder: string;
let dataDir: string;
let jazz: Song[];
let rock: Song[];
let folk: Song[];
/** A second file with the sound and tags of the first jazz song. */
let copy: Song;

async function json(...args: string[]) {
  const { code, stdout, stderr } = await consonance(...args, '--json', '--data-dir', dataDir);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** What the command says when it refuses. */
async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await consonance(...args, '--data-dir', dataDir);
  assert.notEqual(code, 0);
  return stderr;
}

const idsOf = (songs: readonly Song[]) => songs.map(({ id }) => id);

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, lines.join('\n'));
  return file;
}

describe('consonance for a listener', { timeout: 600_000 }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-listener-'));
    dataDir = path.join(folder, 'data');
    const music = path.join(folder, 'music');
    for (const genre of ['jazz', 'rock', 'folk']) {
      const files = (await readdir(path.join(demo, genre))).sort().slice(0, 4);
      for (const file of files)
        await cp(path.join(demo, genre, file), path.join(music, genre, file));
      if (genre === 'jazz')
        await cp(path.join(demo, genre, files[0]!), path.join(music, 'copies', 'again.ogg'));
    }
    assert.equal((await json('analyze', music)).failed, 0);
    const { tracks } = await json('library', 'list');
    const inFolder = (name: string): Song[] =>
      tracks.filter((track: Song) => path.basename(path.dirname(track.path)) === name);
    [jazz, rock, folk] = [inFolder('jazz'), inFolder('rock'), inFolder('folk')];
    [copy] = inFolder('copies') as [Song];
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('copies of a song are one recommendation, unless asked; windows say what is alike', async () => {
    const ask = ['recommend', jazz[1]!.id, rock[1]!.id, '--count', '50'];
    const { recommendations }: { recommendations: Recommended[] } = await json(...ask);
    assert.equal(recommendations.length, 10);
    const collapsed = recommendations.filter((song) => song.collapsed);
    assert.deepEqual(
      collapsed.map((song) => idsOf([song, ...song.collapsed!]).sort()),
      [idsOf([jazz[0]!, copy]).sort()],
    );
    for (const { reasons } of recommendations) {
      const pair = reasons.find(({ kind }) => kind === 'matching-windows')!;
      assert.ok(pair.startSeconds >= 0 && pair.startSeconds < 31);
      assert.ok(pair.similarity >= -1 && pair.similarity <= 1);
      assert.match(pair.text, /^at 0:\d\d like .+ at 0:\d\d \(similarity -?\d\.\d\d\)$/);
    }
    const apart = await json(...ask, '--keep-versions');
    assert.equal(apart.recommendations.length, 11);
    assert.ok(apart.recommendations.every((song: Recommended) => !song.collapsed));
  });

  test('filters, caps and aggregation do what they say', async () => {
    const seeds = idsOf([jazz[1]!, rock[1]!]);
    const ask = async (...options: string[]): Promise<Recommended[]> =>
      (await json('recommend', ...seeds, '--count', '50', ...options)).recommendations;
    const all = await ask('--aggregation', 'best-match');
    for (const { score, reasons } of all) {
      assert.ok(Math.abs(score - reasons[0]!.similarity) < 1e-6, 'the nearest seed alone');
    }
    const one = await ask('--max-per-artist', '1', '--aggregation', 'best-match');
    const firstOfEach = all.filter(
      (song, i) => all.findIndex(({ artist }) => artist === song.artist) === i,
    );
    assert.deepEqual(idsOf(one), idsOf(firstOfEach));
    assert.ok(one.length < all.length);
    const onlyJazz = await ask('--genres', 'jazz,folk', '--aggregation', 'best-match');
    assert.deepEqual(
      idsOf(onlyJazz),
      idsOf(all.filter(({ genres }) => genres['jazz']! >= 0.5 || genres['folk']! >= 0.5)),
    );
    assert.ok(onlyJazz.length > 0 && onlyJazz.length < all.length);
    assert.deepEqual(await ask('--min-minutes', '5'), []);
    const varied = await ask('--diversity', '0.9', '--aggregation', 'best-match');
    assert.equal(varied[0]!.id, all[0]!.id);
    assert.notDeepEqual(idsOf(varied), idsOf(all));
    assert.deepEqual(idsOf(varied).sort(), idsOf(all).sort());
  });

  test('similar songs, as a JSPF playlist', async () => {
    const playlist = path.join(folder, 'similar.jspf');
    const result = await json('similar', folk[0]!.id, '--count', '3', '--playlist', playlist);
    assert.deepEqual([result.seeds[0].id, result.recommendations.length], [folk[0]!.id, 3]);
    const { track } = JSON.parse(await readFile(playlist, 'utf8')).playlist;
    assert.deepEqual(
      track.map(({ location }: { location: string[] }) =>
        path.resolve(folder, decodeURIComponent(location[0]!)),
      ),
      result.recommendations.map((song: Song) => song.path),
    );
  });

  test('a path leads from one song to the other', async () => {
    const playlist = path.join(folder, 'path.m3u8');
    const ends = idsOf([jazz[1]!, rock[1]!]);
    const { songs } = await json('path', ...ends, '--steps', '3', '--playlist', playlist);
    assert.equal(new Set(idsOf(songs)).size, 5);
    assert.deepEqual([songs[0].id, songs[4].id], ends);
    assert.equal(songs[0].similarity, null);
    assert.ok(
      songs.slice(1).every(({ similarity }: { similarity: number }) => Math.abs(similarity) <= 1),
    );
    assert.equal((await readFile(playlist, 'utf8')).trim().split('\n').length, 11);
  });

  test('the map is stored and written', async () => {
    const out = path.join(folder, 'map.csv');
    const { modelId, points } = await json('map', '--out', out);
    assert.equal(points.length, 13);
    assert.equal((await readFile(out, 'utf8')).trim().split('\r\n').length, 14);
    const library = await openLibrary({ dataDirectory: dataDir });
    const stored = await library.map(modelId).finally(() => library.close());
    assert.deepEqual(
      stored,
      points.map(({ id, x, y }: Song & { x: number; y: number }) => ({ trackId: id, x, y })),
    );
    const at = (song: Song) => points.find(({ id }: Song) => id === song.id);
    // Rounding depends on which songs are analysed together.
    const apart = Math.hypot(at(copy).x - at(jazz[0]!).x, at(copy).y - at(jazz[0]!).y);
    assert.ok(apart < 1e-3, `${apart}`);
  });

  test('the genre-centre report covers every song and every two genres', async () => {
    const { songs, genres, between } = await json('evaluate', 'centres', '--between', '2');
    assert.equal(songs, 13);
    assert.equal(
      genres.reduce((sum: number, { size }: { size: number }) => sum + size, 0),
      13,
    );
    for (const { label, centre, neighbours } of genres) {
      assert.equal(centre.genre, label);
      assert.equal(neighbours.length, 5);
    }
    assert.equal(between.length, (genres.length * (genres.length - 1)) / 2);
  });

  test('imports every kind of history, reports what fits nothing, and adds nothing twice', async () => {
    const listen = ({ artist, title }: Pick<Song, 'artist' | 'title'>, at: number) =>
      JSON.stringify({
        listened_at: at,
        track_metadata: { artist_name: artist, track_name: title },
      });
    const stranger = { artist: 'Nobody', title: 'Nothing' };
    const brainz = await fileOf('listens.jsonl', [
      listen({ ...jazz[1]!, title: jazz[1]!.title.toUpperCase() }, 1_700_000_000),
      listen(jazz[2]!, 1_700_000_500),
      listen(jazz[0]!, 1_700_001_000),
      listen(stranger, 1_700_002_000),
      'not json',
    ]);
    const import_ = (...args: string[]) => json('listener', 'import', ...args, '--listener', 'Ada');
    const first = await import_(brainz);
    assert.equal(first.format, 'listenbrainz');
    assert.deepEqual(
      [first.records, first.matched.count, first.added, first.problems.length],
      [4, 2, 2, 1],
    );
    assert.deepEqual(
      new Set(idsOf(first.ambiguous[0].songs)),
      new Set(idsOf([jazz[0]!, copy])),
      'two files with one name',
    );
    assert.deepEqual([first.unmatched[0].line, first.unmatched[0].title], [4, 'Nothing']);
    assert.equal(first.problems[0].line, 5);
    assert.equal((await import_(brainz)).added, 0);

    const csv = await fileOf('scrobbles.csv', [
      'artist,album,title,date',
      `"${jazz[3]!.artist}",,"${jazz[3]!.title}",02 Jan 2024 10:00`,
    ]);
    assert.deepEqual((await import_(csv)).matched.by, { id: 0, path: 0, name: 1, 'base-name': 0 });
    const scrobbles = await fileOf('navidrome.jsonl', [
      JSON.stringify({ id: folk[0]!.id, time: 1_700_003_000 }),
      JSON.stringify({ path: `folk/${path.basename(folk[1]!.path)}`, time: 1_700_003_000_000 }),
    ]);
    const subsonic = await import_(scrobbles);
    assert.equal(subsonic.format, 'scrobbles');
    assert.deepEqual(subsonic.matched.by, { id: 1, path: 1, name: 0, 'base-name': 0 });
    // A playlist has no times; what is in the history already is not heard once more.
    const list = await fileOf('mine.m3u8', [
      '#EXTM3U',
      path.relative(folder, folk[0]!.path),
      path.relative(folder, folk[2]!.path),
    ]);
    assert.equal((await import_(list)).added, 1);
    assert.equal((await import_(list)).added, 0);
    const history = await json('listener', 'history', '--listener', 'Ada');
    assert.equal(history.total, 6);
    assert.equal(history.events[0].id, folk[2]!.id);
    assert.equal(history.events.at(-1).at, '2023-11-14T22:13:20.000Z');
  });

  test('discoveries are new each time, come from the history, and say so', async () => {
    const Bob = ['--listener', 'Bob'];
    await json('listener', 'like', jazz[1]!.id, jazz[2]!.id, ...Bob);
    await json('listener', 'dislike', rock[0]!.id, ...Bob);
    const discover = async (...options: string[]): Promise<Recommended[]> =>
      (await json('listener', 'discover', '--max-per-artist', '9', ...Bob, ...options))
        .recommendations;
    const first = await discover('--exploration', '0');
    assert.equal(first.length, 5);
    for (const { reasons } of first) {
      assert.match(reasons[0]!.text, /^suits your liking for .+ \(\d+ % of your taste, [+-]\d/);
    }
    const second = await discover('--count', '50');
    const third = await discover('--count', '50');
    assert.deepEqual(third, []);
    const seen = [...first, ...second].flatMap((song) => [song, ...(song.collapsed ?? [])]);
    const known = [jazz[1]!, jazz[2]!, rock[0]!];
    const rest = [...jazz, ...rock, ...folk, copy].filter(({ id }) => !idsOf(known).includes(id));
    assert.deepEqual(idsOf(seen).sort(), idsOf(rest).sort());
    // Seven parts of the score come from the seeds, three from the history.
    const personal = await json('recommend', folk[0]!.id, ...Bob);
    for (const { score, reasons } of personal.recommendations) {
      const of = (kind: string) => reasons.find((reason: { kind: string }) => reason.kind === kind);
      const { part, dislikePart } = of('history');
      const seedPart = of('seed-parts').parts[0].part;
      assert.ok(Math.abs(seedPart - 0.7 * of('nearest-seed').similarity) < 1e-5);
      assert.ok(Math.abs(score - (seedPart + part + dislikePart)) < 1e-5);
    }
    const byGenres = await discover('--again', '--exploration', '0', '--genre-weight', '1');
    assert.equal(byGenres.length, 5);
    const corrected = await discover('--again', '--exploration', '0', '--correct-hubs');
    assert.ok(corrected.every(({ reasons }) => reasons.some(({ kind }) => kind === 'hubness')));
    const again = await discover('--again', '--exploration', '0');
    assert.deepEqual(idsOf(again), idsOf(first));
    const everything = idsOf(await discover('--again', '--known', '--count', '50'));
    assert.ok(everything.includes(jazz[1]!.id));
    assert.ok(!everything.includes(rock[0]!.id), 'a disliked song');
    const hard = await discover('--again', '--known', '--count', '50', '--variant', 'hard');
    assert.ok(hard.length > 0 && hard.length < everything.length);
    const top = ({ genres }: Recommended) =>
      Object.entries(genres).toSorted(([, a], [, b]) => b - a)[0]![0];
    assert.ok(new Set(hard.map(top)).size <= 2, 'genres of the two songs that Bob likes');
  });

  test('mistakes are named', async () => {
    assert.match(await refused('listener', 'discover', '--listener', 'Zoe'), /"Zoe".*Ada, Bob/);
    assert.match(await refused('listener', 'import', 'nowhere.csv'), /nowhere\.csv/);
    assert.match(await refused('listener', 'import', await fileOf('a.txt', [])), /\.m3u8.*a\.txt/);
    const broken = await fileOf('broken.jsonl', ['nothing']);
    assert.match(
      await refused('listener', 'import', broken),
      /broken\.jsonl.*Line 1: Expected JSON/,
    );
    assert.match(await refused('recommend', 'x', '--diversity', '2'), /from 0 to 1 .*"2"/);
    assert.match(await refused('recommend', 'x', '--playlist', 'a.txt'), /\.m3u8, \.jspf, \.json/);
    const genres = await refused('recommend', jazz[0]!.id, '--genres', 'polka');
    assert.match(genres, /one of .*jazz.* for genre but received polka/);
  });
});
