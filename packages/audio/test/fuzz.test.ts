import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioError, AudioWorkerPool, frontEndFrames } from '../src/index.ts';
import { changedFixture, fixture, frontEnd, temporaryDirectory } from './helpers.ts';

const variants = 152;
const names = [
  'tone.mp3',
  'cover.mp3',
  'vbr-no-xing.mp3',
  'tone.flac',
  'narrow.wav',
  'tone.aiff',
  'tone.ogg',
  'tone.opus',
  'tone.m4a',
  'alac.m4a',
  'tone.aac',
  'tone.wma',
  'two-streams.mka',
  'encrypted.m4a',
  'surround.flac',
  'wide.flac',
];

/** Park and Miller's generator: integers below `limit`. */
function randomIntegers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => (state = (state * 48271) % 2147483647) % limit;
}

/** Damage as it happens and as it does not: cuts, flipped bytes (half of them in the header), holes, shifts. */
function damaged(data: Buffer, random: (limit: number) => number): Buffer {
  const place = () => random(random(2) === 0 ? Math.min(1024, data.length) : data.length);
  switch (random(4)) {
    case 0:
      return data.subarray(0, place());
    case 1:
      for (let count = 1 + random(50); count > 0; count -= 1) data[place()] = random(256);
      return data;
    case 2:
      return data.fill(random(256), place(), place());
    default:
      return Buffer.concat([data.subarray(0, place()), data.subarray(place())]);
  }
}

test(`${variants} damaged files: each is analysed or refused, and the pool lives on`, async (context) => {
  const directory = temporaryDirectory(context);
  const random = randomIntegers(20261124);
  const pool = new AudioWorkerPool({ workers: 2, frontEnd, timeoutSeconds: 60 });
  context.after(() => pool.close());
  const paths = Array.from({ length: variants }, (_, index) => {
    const name = names[index % names.length]!;
    return changedFixture(directory, name, `${index}.${name}`, (data) => damaged(data, random));
  });
  const results = await Promise.allSettled(paths.map((path) => pool.analyze(path)));
  const outcomes: Record<string, number> = {};
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      for (const { mel } of result.value.windows) {
        assert.equal(mel.length, 96 * frontEndFrames(frontEnd));
        assert.ok(mel.every(Number.isFinite));
      }
    } else {
      assert.ok(result.reason instanceof AudioError, `${paths[index]}: ${result.reason}`);
    }
    const outcome = result.status === 'fulfilled' ? 'ANALYSED' : result.reason.code;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  context.diagnostic(JSON.stringify(outcomes));
  assert.deepEqual([outcomes.TIMEOUT, outcomes.CRASHED], [undefined, undefined]);
  assert.ok(outcomes.ANALYSED! > 0 && outcomes.CORRUPT! > 0);
  assert.equal((await pool.analyze(fixture('tone.mp3'))).durationSeconds, 4);
});
