/** A study on the command line: drafted, opened, taken part in, closed, reported. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { analyse, parseRatingsCsv } from '@consonance/study';
import { consonance, root } from './run.ts';
import { analysedSongs, StudyServer, takePart } from './study-participants.ts';

test('a study from the draft to the report', { timeout: 600_000 }, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-study-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const jazz = path.join(root, 'demo', 'library', 'jazz');
  for (const file of (await readdir(jazz)).sort().slice(0, 6)) {
    await cp(path.join(jazz, file), path.join(folder, 'music', file));
  }
  const dataDirectory = path.join(folder, 'data');
  const ids = await analysedSongs(dataDirectory, path.join(folder, 'music'));
  const run = async (...args: string[]) => {
    const { code, stdout } = await consonance(
      'study',
      ...args,
      '--data-dir',
      dataDirectory,
      '--json',
    );
    const result = JSON.parse(stdout);
    if (code !== 0) throw Object.assign(new Error(result.error.message), { ...result.error });
    return result;
  };

  const plan = path.join(folder, 'plan.json');
  const arms = [1, 2].map((method) => ({
    name: `method ${method}`,
    source: { kind: 'method', method },
    songs: 2,
  }));
  await writeFile(
    plan,
    JSON.stringify({ arms, seedCount: 2, clipSeconds: 5, minimumListenSeconds: 1, scale: 5 }),
  );
  const { id, state } = await run('create', '--plan', plan, '--title', 'On the command line');
  assert.equal(state, 'draft');
  const { hash } = await run('open', id);
  const { links } = await run('invite', id, '--count', '2', '--origin', 'https://music.example');
  assert.match(links[0], /^https:\/\/music\.example\/take-part\/\?invitation=[\w-]{43}$/);
  await assert.rejects(run('report', id), { code: 'STUDY_OPEN' });

  const server = new StudyServer(dataDirectory);
  await server.start();
  for (const [seed, link] of links.entries()) {
    const token = new URL(link).searchParams.get('invitation')!;
    await takePart(server, { token, ids, seed }, []);
  }
  await server.stop('SIGTERM');

  const closed = await run('close', id);
  assert.deepEqual([closed.state, closed.hash], ['closed', hash]);
  const page = path.join(folder, 'report.html');
  const { stdout } = await consonance(
    'study',
    'report',
    id,
    '--out',
    page,
    '--data-dir',
    dataDirectory,
  );
  assert.match(stdout, /^- Null hypothesis: .*\n[^]*\nmethod 1 – method 2 /);
  assert.match(await readFile(page, 'utf8'), /<title>On the command line/);
  const { ratings, codebook } = await run('export', id, '--out', path.join(folder, 'out'));
  const { participants } = analyse(closed.plan, parseRatingsCsv(await readFile(ratings, 'utf8')));
  assert.equal(participants.finished, 2);
  assert.match(await readFile(codebook, 'utf8'), /listenedSeconds/);
});
