/** The analysis in the background, with the real parts on real songs. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { type Consonance, type JobProgress, openConsonance, readSettings } from '../src/index.ts';

const demo = path.resolve(import.meta.dirname, '../../../demo/library/folk');
let folder: string;
let consonance: Consonance;

const reopen = async () => {
  await consonance?.close();
  consonance = await openConsonance({ dataDirectory: path.join(folder, 'data') });
};

/** The first state that the condition holds for. */
function state(holds: (progress: JobProgress) => boolean): Promise<JobProgress> {
  return new Promise((resolve) => {
    const unwatch = consonance.analysis.watch((progress) => {
      if (!holds(progress)) return;
      unwatch();
      resolve(progress);
    });
  });
}

/** Of the processes that this one started, where the system tells. */
function childrenNiceness(): number[] {
  if (process.platform !== 'linux') return [];
  const { pid } = process;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.map((child) => getPriority(Number(child)));
}

describe('analysis job', { timeout: 600_000 }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-engine-'));
    for (const file of (await readdir(demo)).sort().slice(0, 8)) {
      await cp(path.join(demo, file), path.join(folder, 'music', file));
    }
    await reopen();
  });
  after(async () => {
    await consonance?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('pauses after the files in flight, stays paused, and goes on where it was', async () => {
    const scanning = state(({ state }) => state === 'scanning');
    const working = state(({ state }) => state === 'analysing');
    let niceness: number[] = [];
    const begun = state(({ done }) => {
      if (done > 0) niceness = childrenNiceness();
      return done > 0;
    });
    await consonance.addFolder(path.join(folder, 'music'));
    await Promise.all([scanning, working]);
    await consonance.analysis.pause();
    await Promise.all([begun, consonance.analysis.finished()]);
    assert.ok(process.platform !== 'linux' || niceness.length >= 2, 'decoders and embedder');
    for (const each of niceness) assert.equal(each, 10);
    assert.equal(consonance.analysis.progress.state, 'paused');
    await reopen();
    await consonance.analysis.resume();
    assert.deepEqual(
      [consonance.analysis.progress.state, consonance.analysis.isRunning],
      ['paused', false],
    );
    await consonance.analysis.start();
    await consonance.analysis.finished();
    const { state: end, error } = consonance.analysis.progress;
    assert.deepEqual([end, error], ['idle', null]);
    assert.equal((await consonance.music()).catalogue.size, 8);
    const { endedAt } = consonance.analysis.progress;
    await wait(2);
    await consonance.analysis.start();
    await consonance.analysis.finished();
    const { done, endedAt: endedAgainAt } = consonance.analysis.progress;
    assert.equal(done, 0, 'nothing was left to do');
    assert.notEqual(endedAgainAt, endedAt, 'whoever saw no other state sees that one has ended');
  });

  test('a new song is in the music as soon as the analysis is done; a removed folder is not', async () => {
    await cp(
      path.join(demo, (await readdir(demo)).sort()[8]!),
      path.join(folder, 'music', 'new.ogg'),
    );
    await writeFile(path.join(folder, 'music', 'bad.mp3'), 'this is not music\n'.repeat(1000));
    // What a process left that was killed two days ago.
    const left = await mkdtemp(path.join(tmpdir(), 'consonance-spectrograms-'));
    const then = new Date(Date.now() - 48 * 3600 * 1000);
    await utimes(left, then, then);
    await consonance.analysis.start();
    await consonance.analysis.finished();
    assert.equal(existsSync(left), false);
    const { done, failed } = consonance.analysis.progress;
    assert.deepEqual([done, failed], [2, 1]);
    // In memory already: nothing is read before the answer.
    const music = await Promise.race([consonance.music(), setImmediate()]);
    assert.ok(music, 'the music is up to date');
    const { catalogue, trackOf } = music;
    assert.deepEqual([catalogue.size, trackOf.size], [9, 10]);
    const [added] = await consonance.library.folders();
    await consonance.removeFolder(added!.id);
    assert.equal((await consonance.music()).catalogue.size, 0);
  });

  test('a folder that is removed while it is scanned does not come back', async () => {
    const wrong = path.join(folder, 'wrong');
    await mkdir(wrong);
    for (let n = 0; n < 3000; n += 1) await writeFile(path.join(wrong, `${n}.mp3`), `song ${n}`);
    const underWay = state(({ state, total }) => state === 'scanning' && total > 1000);
    await consonance.addFolder(wrong);
    await underWay;
    const [added] = await consonance.library.folders();
    await consonance.removeFolder(added!.id);
    // Whatever is asked for before the scan has ended.
    await consonance.analysis.pause();
    await consonance.analysis.finished();
    const { files } = await consonance.library.status();
    assert.deepEqual([files, consonance.analysis.progress.state], [0, 'paused']);
  });

  test('settings that are not there are the defaults', async () => {
    const { workers, exploration } = await readSettings(consonance.library);
    assert.ok(workers >= 1);
    assert.equal(exploration, 0.2);
  });
});
