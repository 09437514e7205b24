import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AudioWorkerPool } from '../src/index.ts';
import { measureLoudness, writeSoundCheck } from '../src/media/clip.ts';
import { transcode } from '../src/media/transcode.ts';
import { fixture, frontEnd, hasCode, temporaryDirectory } from './helpers.ts';
import { wavFile } from './wav.ts';

const outputDirectory = temporaryDirectory({ after });
const pool = new AudioWorkerPool({ workers: 2, frontEnd, outputDirectory });
after(() => pool.close());

const sampleRate = 48_000;

/** Two channels of a sine wave of 1 kHz. */
function sine(amplitude: number, seconds: number): Float32Array {
  return Float32Array.from({ length: 2 * seconds * sampleRate }, (_, i) => {
    const t = Math.floor(i / 2) / sampleRate;
    return amplitude * Math.sin(2 * Math.PI * 1000 * t);
  });
}

test('loudness is that of ITU-R BS.1770', () => {
  // EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS has -23 LUFS.
  const { integrated, truePeak } = measureLoudness(sine(10 ** (-23 / 20), 20));
  assert.ok(Math.abs(integrated + 23) < 0.1, String(integrated));
  assert.ok(Math.abs(truePeak + 23) < 0.2, String(truePeak));
  assert.equal(measureLoudness(new Float32Array(2 * sampleRate)).integrated, -70);
});

test('every clip has the same loudness, format and number of bytes', async () => {
  const target = join(outputDirectory, 'clip.mp3');
  const again = join(outputDirectory, 'again.mp3');
  const options = { startSeconds: 0, seconds: 4 };
  const sizes = new Set<number>();
  for (const name of ['tone.flac', 'tone.mp3', 'tone.opus', 'tone.wma', 'tone.m4a', 'mono.mp3']) {
    const before = await pool.clip(fixture(name), { ...options, target });
    assert.ok(before.integrated > -15, `${name} was loud`);
    assert.deepEqual(await pool.format(target), { container: 'mp3', codec: 'mp3', streamIndex: 0 });
    sizes.add(statSync(target).size);
    const { integrated, truePeak } = await pool.clip(target, { ...options, target: again });
    assert.ok(Math.abs(integrated + 23.3) < 0.3, `${name}: ${integrated} LUFS`);
    assert.ok(truePeak < -1, `${name}: ${truePeak} dBTP`);
  }
  await pool.soundCheck(target, 4);
  sizes.add(statSync(target).size);
  assert.equal(sizes.size, 1, [...sizes].join());
});

test('peaks stay below the limit where quiet sound has to be raised', async () => {
  const source = join(outputDirectory, 'quiet.wav');
  const target = join(outputDirectory, 'clip.mp3');
  // A murmur with a click every second.
  const samples = Int16Array.from({ length: 8 * sampleRate }, (_, i) =>
    i % sampleRate < 8 ? 30_000 : 60 * Math.sin((2 * Math.PI * 1000 * i) / sampleRate),
  );
  writeFileSync(source, wavFile(samples, sampleRate));
  const before = await pool.clip(source, { startSeconds: 0, seconds: 8, target });
  assert.ok(before.truePeak - before.integrated > 22, 'needs the limiter');
  const after = await pool.clip(target, { startSeconds: 0, seconds: 8, target: `${target}.2` });
  assert.ok(after.truePeak < -1, String(after.truePeak));
});

test('an excerpt begins where it is asked to, and is whole even beyond the end', async () => {
  const target = join(outputDirectory, 'clip.mp3');
  await pool.clip(fixture('tone.flac'), { startSeconds: 1000, seconds: 4, target });
  const { size } = statSync(target);
  await pool.clip(fixture('tone.flac'), { startSeconds: 2, seconds: 4, target });
  assert.equal(statSync(target).size, size);
  await assert.rejects(
    pool.clip(fixture('encrypted.m4a'), { startSeconds: 0, seconds: 4, target }),
    hasCode('PROTECTED'),
  );
  await assert.rejects(
    pool.clip(fixture('picture.png'), { startSeconds: 0, seconds: 4, target }),
    hasCode('NO_AUDIO_STREAM'),
  );
});

test('a full disk is no clip', { skip: process.platform !== 'linux' }, async () => {
  const full = hasCode('NOT_WRITTEN', '/dev/full');
  await assert.rejects(writeSoundCheck('/dev/full', 4), full);
  for (const format of ['flac', 'mp3', 'opus'] as const) {
    await assert.rejects(transcode(fixture('tone.flac'), '/dev/full', format), full);
  }
});
