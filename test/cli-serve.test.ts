/** `consonance start` as a person runs it: the dashboard is up at once, the recommendations follow. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { finished, root, startCommand } from './run.ts';

test(
  'start serves while it analyses, recommends, and ends in good order',
  { timeout: 120_000 },
  async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'consonance-serve-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const jazz = path.join(root, 'demo', 'library', 'jazz');
    for (const file of (await readdir(jazz)).sort().slice(0, 7)) {
      await cp(path.join(jazz, file), path.join(folder, 'music', file));
    }
    const data = path.join(folder, 'data');
    const child = startCommand([
      'start',
      path.join(folder, 'music'),
      '--port',
      '0',
      '--data-dir',
      data,
    ]);
    const end = finished(child);
    const said = (stream: NodeJS.ReadableStream, pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve) => {
        let text = '';
        stream.on('data', (more) => {
          text += more;
          const match = pattern.exec(text);
          if (match) resolve(match);
        });
      });
    const recommended = said(child.stdout!, /Method 2/);
    const announced = said(child.stderr!, /Dashboard: (http:\/\/localhost:\d+)/);
    const [, url] = (await Promise.race([
      announced,
      end.then(({ stderr }) => assert.fail(stderr)),
    ]))!;
    assert.equal((await fetch(`${url}/health`)).status, 200);
    await Promise.race([recommended, end.then(({ stderr }) => assert.fail(stderr))]);
    const answer = await fetch(`${url}/trpc/library.status`);
    const { result } = (await answer.json()) as { result: { data: { analysed: number } } };
    assert.equal(result.data.analysed, 7);
    child.kill('SIGTERM');
    const { code, stdout } = await end;
    assert.equal(code, 0);
    // Where CI is set, the colours come even without a terminal.
    assert.match(stripVTControlCharacters(stdout), /^Seeds\n/);
  },
);
