/** One folder of music from the command line to recommendations, with the real parts and real audio. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openLibrary } from '@consonance/library';
import { consonance, finished, pressCtrlC, root, startCommand } from './run.ts';

const demo = path.join(root, 'demo', 'library');
let folder: string;
let music: string;
let dataDir: string;
/** Not in the library until a test names it as a seed. */
let outsider: string;

/** Runs a command on the test's library and reads its JSON. */
async function json(...args: string[]) {
  const { code, stdout, stderr } = await consonance(...args, '--json', '--data-dir', dataDir);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

describe('consonance', { timeout: 600_000 }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-'));
    music = path.join(folder, 'music');
    dataDir = path.join(folder, 'data');
    for (const genre of ['jazz', 'rock', 'folk']) {
      const files = (await readdir(path.join(demo, genre))).sort().slice(0, 4);
      for (const file of files)
        await cp(path.join(demo, genre, file), path.join(music, genre, file));
    }
    const [electronic] = (await readdir(path.join(demo, 'electronic'))).sort();
    outsider = path.join(folder, electronic!);
    await cp(path.join(demo, 'electronic', electronic!), outsider);
    await writeFile(path.join(music, 'notes.mp3'), 'this is not music\n'.repeat(1000));
    await writeFile(path.join(music, 'empty.flac'), '');
    await writeFile(path.join(music, 'cover.jpg'), 'not looked at');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('--help names every command', async () => {
    const { code, stdout } = await consonance('--help');
    assert.equal(code, 0);
    for (const command of [
      'start',
      'analyze',
      'recommend',
      'similar',
      'path',
      'listener',
      'map',
      'library',
      'export',
      'evaluate',
      'doctor',
    ]) {
      assert.match(stdout, new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });

  test('doctor finds every part in order', async () => {
    const { ok, checks } = await json('doctor');
    assert.ok(ok, JSON.stringify(checks, null, 1));
    const detail = (name: string): string =>
      checks.find((check: { name: string }) => check.name === name).detail;
    assert.match(detail('TensorFlow'), /^2\.\d+\.\d+ .* on the [CG]PU/);
    assert.match(detail('sandbox'), /^decoders (open no|can open) socket/);
  });

  test('an empty library answers with what to do', async () => {
    const { code, stderr } = await consonance('recommend', 'anything', '--data-dir', dataDir);
    assert.equal(code, 2);
    assert.match(stderr, /nothing in the library matches "anything"/);
    assert.equal((await json('library', 'list')).total, 0);
  });

  test('analyses a folder; what fails is listed with a reason; counts add up', async () => {
    const result = await json('analyze', music);
    assert.deepEqual(
      [result.found, result.analysed, result.failed, result.unchanged],
      [14, 12, 2, 0],
    );
    const failures = await json('library', 'failures');
    const codes = Object.fromEntries(
      failures.map((f: { path: string; code: string }) => [path.basename(f.path), f.code]),
    );
    assert.deepEqual(codes, { 'notes.mp3': 'NOT_AUDIO', 'empty.flac': 'EMPTY' });
  });

  test('a second run has nothing to do and does not retry failures', async () => {
    const result = await json('analyze', music);
    assert.deepEqual(
      [result.found, result.analysed, result.failed, result.unchanged],
      [14, 0, 0, 14],
    );
  });

  test('recommends by search words, id and path, with reasons and a playlist', async () => {
    const { tracks } = await json('library', 'list', 'jazz');
    const playlist = path.join(folder, 'out.m3u8');
    const seeds = [tracks[0].title, tracks[1].id, path.relative(process.cwd(), tracks[2].path)];
    for (const method of ['cosine', 'genre']) {
      const result = await json('recommend', ...seeds, '--method', method, '--playlist', playlist);
      assert.equal(result.method, method);
      assert.deepEqual(
        result.seeds,
        tracks.slice(0, 3).map(({ id, path }: { id: string; path: string }) => ({ id, path })),
      );
      assert.equal(result.recommendations.length, 5);
      let last = 1;
      for (const song of result.recommendations) {
        assert.deepEqual(Object.keys(song), [
          'id',
          'path',
          'title',
          'artist',
          'score',
          'genres',
          'reasons',
        ]);
        assert.ok(song.score <= last && song.score >= -1);
        last = song.score;
        assert.equal(Object.keys(song.genres).length, 7);
        assert.match(song.reasons[0].text, /^sounds like .+ \(similarity -?\d\.\d\d\)$/);
        assert.ok(!result.seeds.some((seed: { id: string }) => seed.id === song.id));
      }
      const lines = (await readFile(playlist, 'utf8')).trim().split('\n');
      assert.equal(lines.length, 11);
      assert.equal(path.resolve(folder, lines[2]!), result.recommendations[0].path);
    }
  });

  test('weighs genres as it is told, keeps to the genres of the seeds, holds hubs back', async () => {
    const { tracks } = await json('library', 'list', 'jazz');
    const seed = tracks[0].id;
    const kindsOf = (song: { reasons: { kind: string }[] }) => song.reasons.map(({ kind }) => kind);
    const genresAlone = await json('recommend', seed, '--genre-weight', '1');
    assert.equal(genresAlone.method, 'genre');
    for (const { reasons } of genresAlone.recommendations) {
      const { embeddingPart } = reasons.find(
        ({ kind }: { kind: string }) => kind === 'genre-parts',
      );
      assert.equal(embeddingPart, 0);
    }
    const hard = await json('similar', seed, '--variant', 'hard', '--correct-hubs');
    assert.equal(hard.method, 'genre');
    for (const song of hard.recommendations) {
      assert.ok(kindsOf(song).includes('hubness') && !kindsOf(song).includes('genre-parts'));
      assert.ok(song.score >= 0 && song.score <= 1);
    }
  });

  test('start does all of it in one go, with both methods on the same seeds', async () => {
    const { analysis, results } = await json('start', music);
    assert.equal(analysis.unchanged, 14);
    assert.deepEqual(
      results.map(({ method }: { method: string }) => method),
      ['cosine', 'genre'],
    );
    assert.deepEqual(results[0].seeds, results[1].seeds);
    assert.deepEqual([results[0].seeds.length, results[0].recommendations.length], [5, 5]);
  });

  test('fewer songs than asked for are no error', async () => {
    const { tracks } = await json('library', 'list');
    const [seed] = tracks.filter((track: { status: string }) => track.status === 'analysed');
    assert.equal((await json('recommend', seed.id, '--count', '50')).recommendations.length, 11);
  });

  test('a seed that the library does not know is analysed on the fly', async () => {
    const result = await json('recommend', outsider);
    assert.equal(result.seeds[0].path, outsider);
    assert.equal(result.recommendations.length, 5);
  });

  test('exports one embedding a line', async () => {
    const out = path.join(folder, 'embeddings.jsonl');
    assert.equal((await json('export', 'embeddings', '--out', out)).exported, 13);
    const lines = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 13);
    for (const { path: file, modelId, embedding, genres } of lines) {
      assert.ok(path.isAbsolute(file));
      assert.equal(modelId, lines[0].modelId);
      assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-4);
      for (const probability of Object.values(genres))
        assert.ok((probability as number) >= 0 && (probability as number) <= 1);
    }
  });

  test('forgets songs, says so when there is nothing to forget, and leaves the files', async () => {
    assert.equal((await json('library', 'forget', path.join(music, 'rock'))).forgotten, 4);
    assert.equal((await json('library', 'status')).files, 11);
    const again = await consonance(
      'library',
      'forget',
      path.join(music, 'rock'),
      '--data-dir',
      dataDir,
    );
    assert.equal(again.code, 2);
    assert.equal((await json('analyze', music)).analysed, 4);
  });

  test('killed in mid-analysis, goes on and ends with the same counts', async () => {
    const fresh = path.join(folder, 'killed');
    const child = startCommand(['analyze', music, '--data-dir', fresh]);
    const end = finished(child);
    // Progress lines come every five seconds; a fixed moment may fall before, in or after the work.
    setTimeout(() => child.kill('SIGKILL'), 6000);
    await end;
    const { code, stdout } = await consonance('analyze', music, '--data-dir', fresh, '--json');
    assert.equal(code, 0);
    const result = JSON.parse(stdout);
    assert.equal(result.analysed + result.failed + result.unchanged, 14);
    const status = JSON.parse(
      (await consonance('library', 'status', '--data-dir', fresh, '--json')).stdout,
    );
    assert.deepEqual([status.files, status.failed, status.models[0].analysed], [14, 2, 12]);
  });

  test('Ctrl-C ends an analysis after the files in flight, and none is a failure', async () => {
    const fresh = path.join(folder, 'stopped');
    const songs = path.join(root, 'demo', 'library', 'folk');
    const temporary = path.join(folder, 'temporary');
    await mkdir(temporary);
    const child = startCommand(['analyze', songs, '--data-dir', fresh, '--json'], {
      TMPDIR: temporary,
    });
    const end = finished(child);
    // The folder that decoders write into is made when they are started.
    while (child.exitCode === null && (await readdir(temporary)).length === 0) await wait(20);
    pressCtrlC(child);
    const { code, stdout, stderr } = await end;
    assert.equal(code, 130, stderr);
    const { aborted, failed } = JSON.parse(stdout);
    assert.deepEqual([aborted, failed], [true, 0]);
  });

  test('a second process on the same data directory gets a clear error', async () => {
    const library = await openLibrary({ dataDirectory: dataDir });
    const { code, stderr } = await consonance('library', 'status', '--data-dir', dataDir).finally(
      () => library.close(),
    );
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`in use by process ${process.pid}`));
    assert.ok(stderr.includes(dataDir));
  });

  test('mistakes are named', async () => {
    const wrong = async (...args: string[]) => {
      const { code, stdout, stderr } = await consonance(...args, '--data-dir', dataDir);
      assert.notEqual(code, 0);
      return stdout + stderr;
    };
    assert.match(
      await wrong('recommend', 'x', '--count', '0'),
      /positive integer but received "0"/,
    );
    assert.match(await wrong('recommend', 'x', '--method', 'magic'), /cosine, genre/);
    assert.match(
      await wrong('recommend', 'x', '--method', 'cosine', '--genre-weight', '0.5'),
      /Expected --method genre/,
    );
    assert.match(await wrong('analyse', music), /Did you mean analyze/);
    assert.match(await wrong('analyze', path.join(folder, 'nowhere')), /nowhere/);
    assert.match(await wrong('recommend', path.join(music, 'notes.mp3')), /could not be analysed/);
  });
});
