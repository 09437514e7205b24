import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { FrontEnd } from '@consonance/audio';
import { StudyClips } from '../src/studies/clips.ts';

const frontEnd: FrontEnd = {
  sampleRate: 22050,
  fftSize: 2048,
  hopLength: 1024,
  windowSeconds: 10,
  windowsPerTrack: 3,
  melBands: 128,
  fMin: 0,
  fMax: 11025,
  melScale: 'slaney',
  melNorm: 'slaney',
  power: 2,
  compression: 'decibel',
};

test('clips are made once; forgotten ones are made again by the encoders that run', async (t) => {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'consonance-clips-'));
  const clips = new StudyClips(dataDirectory, frontEnd);
  t.after(async () => {
    await clips.close();
    await rm(dataDirectory, { recursive: true });
  });
  const first = await clips.soundCheck();
  assert.equal(await clips.soundCheck(), first);
  const names = [path.basename(first)];
  assert.deepEqual(await readdir(path.dirname(first)), names);
  await clips.clear();
  assert.deepEqual(await readdir(path.dirname(first)), []);
  await clips.soundCheck();
  assert.deepEqual(await readdir(path.dirname(first)), names);
});
