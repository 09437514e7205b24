/** Mel spectrograms on disk and in memory, with files and caches that fail. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { analyzeFile, type FrontEnd, frontEndId } from '@consonance/audio';
import type { Clip } from '../src/data/dataset.ts';
import { openMels } from '../src/data/mel-store.ts';
import { defaultFrontEnd } from '../src/front-end.ts';

const frontEnd: FrontEnd = { ...defaultFrontEnd, windowSeconds: 2, windowsPerTrack: 2 };
const recording = fileURLToPath(new URL('../../audio/test/fixtures/tone.mp3', import.meta.url));

describe('mel store', () => {
  let root: string;
  let clips: Clip[];
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'consonance-mels-'));
    clips = ['a.mp3', 'b.mp3', 'broken.mp3', 'gone.mp3'].map((name): Clip => ({
      path: path.join(root, name),
      label: 'jazz',
      artist: '',
      work: name,
      corpus: '',
      recorded: true,
    }));
    await copyFile(recording, clips[0]!.path);
    await copyFile(recording, clips[1]!.path);
    await writeFile(clips[2]!.path, 'no music');
  });
  after(() => rm(root, { recursive: true }));
  const cache = () => path.join(root, 'cache');
  const cached = async () => {
    const folder = path.join(cache(), frontEndId(frontEnd));
    return (await readdir(folder)).map((name) => path.join(folder, name)).sort();
  };
  const open = async (memoryLimit?: number) => {
    const seen: number[] = [];
    const store = await openMels(clips, frontEnd, cache(), (done) => seen.push(done), memoryLimit);
    assert.deepEqual(seen, [1, 2, 3, 4]);
    return store;
  };

  test('gives the windows that the product would cut, and names the files that fail', async () => {
    const store = await open();
    assert.deepEqual(store.clips, clips.slice(0, 2));
    assert.deepEqual(store.failed.map(({ clip }) => clip.work).sort(), ['broken.mp3', 'gone.mp3']);
    for (const { clip, message } of store.failed) assert.ok(message.includes(clip.path), message);
    const { windows } = await analyzeFile(recording, frontEnd);
    assert.deepEqual(
      await store.get(clips[0]!),
      windows.map(({ mel }) => mel),
    );
    await assert.rejects(store.get(clips[2]!), /Expected the mel spectrograms of .*broken\.mp3/);
  });

  test('computes once, and again what is damaged', async () => {
    const files = await cached();
    assert.equal(files.length, 2);
    const times = async () => Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
    const before = await times();
    await truncate(files[0]!, 10);
    await open();
    const now = await times();
    assert.notEqual(now[0], before[0]);
    assert.equal(now[1], before[1]);
  });

  test('keeps in memory what fits, and reads the rest each time', async () => {
    const unlimited = await open();
    assert.equal(await unlimited.get(clips[0]!), await unlimited.get(clips[0]!));
    const oneClip = (await unlimited.get(clips[0]!)).reduce((sum, mel) => sum + mel.byteLength, 0);
    const bounded = await open(1.5 * oneClip);
    const [first, second] = [await bounded.get(clips[0]!), await bounded.get(clips[1]!)];
    assert.equal(await bounded.get(clips[0]!), first);
    assert.notEqual(await bounded.get(clips[1]!), second);
    assert.deepEqual(await bounded.get(clips[1]!), second);
  });

  test('a cache that cannot be written is no clip’s fault', async () => {
    const [first] = await cached();
    await rm(first!);
    await mkdir(first!);
    await assert.rejects(open(), { code: 'NOT_WRITTEN' });
  });
});
