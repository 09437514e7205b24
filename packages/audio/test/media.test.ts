import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { AudioWorkerPool, analyzeFile, decodeMono } from '../src/index.ts';
import { Fold } from '../src/media/fold.ts';
import { fixture, frontEnd, hasCode, temporaryDirectory } from './helpers.ts';
import { wavFile } from './wav.ts';

const outputDirectory = temporaryDirectory({ after });
const pool = new AudioWorkerPool({ workers: 2, frontEnd, outputDirectory });
after(() => pool.close());

/** Width and height by the first frame header of a baseline JPEG. */
function jpegSize(data: Uint8Array): [width: number, height: number] {
  const bytes = Buffer.from(data);
  const header = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  return [bytes.readUInt16BE(header + 7), bytes.readUInt16BE(header + 5)];
}

test('a fold keeps order and sum, and its size between the limit and twice the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(9)), (limit, pushed) => {
      const fold = new Fold<number[]>(limit, (earlier, later) => [...earlier, ...later]);
      for (const value of pushed) fold.push([value]);
      assert.deepEqual(fold.values.flat(), pushed);
      assert.ok(fold.values.length <= 2 * limit);
      assert.ok(fold.values.length >= Math.min(limit, pushed.length));
      const lengths = fold.values.slice(0, -1).map(({ length }) => length);
      assert.ok(new Set(lengths).size <= 1);
    }),
  );
});

test('container and codec are told by the content', async () => {
  const formats = await Promise.all(
    ['alac.m4a', 'tone.m4a', 'tone.wma', 'tone.opus'].map((name) => pool.format(fixture(name))),
  );
  assert.deepEqual(
    formats.map(({ codec }) => codec),
    ['alac', 'aac', 'wmav2', 'opus'],
  );
  await assert.rejects(pool.format(fixture('encrypted.m4a')), hasCode('PROTECTED'));
});

for (const format of ['flac', 'mp3', 'opus'] as const) {
  test(`transcoding to ${format} keeps the sound and the end`, async () => {
    const target = join(outputDirectory, 'out');
    const bitRate = format === 'flac' ? {} : { bitRate: 128_000 };
    for (const name of ['alac.m4a', 'surround.flac', 'two-streams.mka', 'tone.wma']) {
      await pool.transcode(fixture(name), { target, format, ...bitRate });
      assert.equal((await pool.format(target)).codec, format);
      const [before, after] = [fixture(name), target].map((path) =>
        decodeMono(path, { sampleRate: 8000 }),
      ) as [Float32Array, Float32Array];
      const seconds = (after.length - before.length) / 8000;
      assert.ok(seconds > -0.05 && seconds < 0.15, `${name}: ${seconds} s longer`);
      const energy = (samples: Float32Array) => samples.reduce((sum, value) => sum + value ** 2, 0);
      // Stereo is mixed down from 5.1 by other weights than the mean of all channels.
      if (name !== 'surround.flac') {
        assert.ok(Math.abs(energy(after) / energy(before) - 1) < 0.1, name);
      }
    }
  });
}

test('the bit rate is what was asked for', async () => {
  const target = join(outputDirectory, 'out.mp3');
  await pool.transcode(fixture('tone.flac'), { target, format: 'mp3', bitRate: 64_000 });
  assert.ok(Math.abs((statSync(target).size * 8) / 4 / 64_000 - 1) < 0.1);
});

test('covers: smaller where asked, never larger, none where there is none', async (t) => {
  const picture = (await pool.cover(fixture('cover.mp3'), 512))!;
  assert.deepEqual(jpegSize(picture), [16, 16]);
  assert.deepEqual(jpegSize((await pool.cover(fixture('cover.mp3'), 8))!), [8, 8]);
  assert.equal(await pool.cover(fixture('tone.mp3'), 512), undefined);
  const directory = temporaryDirectory(t);
  const [track, beside] = [join(directory, 'a.mp3'), join(directory, 'cover.png')];
  copyFileSync(fixture('tone.mp3'), track);
  copyFileSync(fixture('picture.png'), beside);
  assert.ok(await pool.cover(track, 512));
  writeFileSync(beside, 'not a picture');
  await assert.rejects(pool.cover(track, 512), hasCode('CORRUPT', 'a.mp3'));
});

test('an analysis says whether there is a cover', async (t) => {
  const has = async (path: string) => (await analyzeFile(path, frontEnd)).tags.hasCover;
  assert.equal(await has(fixture('cover.mp3')), true);
  assert.equal(await has(fixture('tone.mp3')), undefined);
  const track = join(temporaryDirectory(t), 'a.flac');
  copyFileSync(fixture('tone.flac'), track);
  copyFileSync(fixture('picture.png'), join(track, '../Folder.png'));
  assert.equal(await has(track), true);
});

test('the spectrogram of a chirp rises from corner to corner', async (t) => {
  const [rate, seconds, fMax] = [12_000, 100, frontEnd.fMax];
  const chirp = Int16Array.from({ length: rate * seconds }, (_, n) => {
    const time = n / rate;
    return 20_000 * Math.sin((Math.PI * fMax * time * time) / seconds);
  });
  const path = join(temporaryDirectory(t), 'chirp.wav');
  writeFileSync(path, wavFile(chirp, rate));
  const { width, height, data } = decode(await pool.spectrogram(path, frontEnd));
  assert.equal(height, frontEnd.melBands);
  assert.ok(width >= 1000 && width <= 2000, `${width}`);
  const brightest = Array.from({ length: width }, (_, x) => {
    const column = Array.from({ length: height }, (_, y) => data[y * width + x]!);
    return height - 1 - column.indexOf(Math.max(...column));
  });
  assert.ok(brightest[5]! < 5 && brightest.at(-5)! > height - 5);
  // Chunks meet without a seam: no column falls back by more than a band.
  for (let x = 6; x < width - 5; x += 1) assert.ok(brightest[x]! >= brightest[x - 1]! - 1, `${x}`);
});

test('peaks follow the loudness, in [0, 1]', async (t) => {
  const path = join(temporaryDirectory(t), 'steps.wav');
  const samples = Int16Array.from({ length: 12_000 * 4 }, (_, n) =>
    n < 24_000 ? 0 : 16_384 * Math.sin(n / 3),
  );
  writeFileSync(path, wavFile(samples, 12_000));
  const { peaks, durationSeconds } = await pool.peaks(path);
  assert.equal(durationSeconds, 4);
  assert.equal(peaks.length, 400);
  assert.ok(peaks.slice(0, 198).every((peak) => peak < 0.01));
  assert.ok(peaks.slice(202).every((peak) => Math.abs(peak - 0.5) < 0.01));
});

test('damaged files reject with a code and the next job is done', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'cut.flac');
  copyFileSync(fixture('tone.flac'), path);
  truncateSync(path, 60);
  const target = join(outputDirectory, 'out');
  for (const job of [
    () => pool.transcode(path, { target, format: 'flac' }),
    () => pool.spectrogram(path, frontEnd),
    () => pool.peaks(path),
    () => pool.format(path),
  ]) {
    await assert.rejects(job(), hasCode('CORRUPT', path));
  }
  assert.ok((await pool.peaks(fixture('tone.flac'))).peaks.length > 0);
  const noise = Buffer.from(readFileSync(fixture('tone.mp3')));
  for (let i = 3000; i < noise.length; i += 7) noise[i] = (i * 31) & 255;
  writeFileSync(path, noise);
  await pool.transcode(path, { target, format: 'mp3' }).catch(hasCode('CORRUPT', path));
});
