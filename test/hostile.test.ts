/** 200 damaged files among 200 good ones: no good one is lost, every bad one is accounted for. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import { consonance, root } from './run.ts';

const fixtures = path.join(root, 'packages', 'audio', 'test', 'fixtures');
const isSound = (name: string) =>
  /\.(mp3|flac|wav|aiff|ogg|opus|m4a|aac|wma)$/.test(name) && name !== 'encrypted.m4a';
let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consonance-hostile-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A second of a tone, 8 kHz, 16 bits; every frequency another content. */
function toneWav(hertz: number): Buffer {
  const rate = 8000;
  const wav = Buffer.alloc(44 + 2 * rate);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * rate, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * rate, 40);
  for (let i = 0; i < rate; i++)
    wav.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hertz * i) / rate)), 44 + 2 * i);
  return wav;
}

/** Cut, bytes flipped, a stretch of zeros, a stretch of noise, or the head gone. */
function damage(data: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(data);
  const at = () => Math.floor(random() * bytes.length);
  switch (Math.floor(random() * 5)) {
    case 0:
      return bytes.subarray(0, at());
    case 1:
      for (let i = 0; i < 200; i++) bytes[at()] = Math.floor(random() * 256);
      return bytes;
    case 2:
      return bytes.fill(0, at());
    case 3: {
      const start = at();
      for (let i = start; i < Math.min(bytes.length, start + 5000); i++)
        bytes[i] = Math.floor(random() * 256);
      return bytes;
    }
    default:
      return bytes.subarray(at());
  }
}

test('200 good files among 200 damaged ones', { timeout: 300_000 }, async () => {
  const music = path.join(folder, 'music');
  await mkdir(path.join(music, 'good'), { recursive: true });
  await mkdir(path.join(music, 'damaged'));
  for (let i = 0; i < 200; i++) {
    await writeFile(path.join(music, 'good', `${i}.wav`), toneWav(200 + 10 * i));
  }
  const random = seededRandom(20261124);
  const sources = (await readdir(fixtures)).filter(isSound).sort();
  const contents = await Promise.all(sources.map((name) => readFile(path.join(fixtures, name))));
  for (let i = 0; i < 200; i++) {
    const k = i % sources.length;
    const name = `${i}${path.extname(sources[k]!)}`;
    await writeFile(path.join(music, 'damaged', name), damage(contents[k]!, random));
  }

  const dataDir = path.join(folder, 'data');
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await consonance(...args, '--json', '--data-dir', dataDir);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const result = await run('analyze', music);
  assert.equal(result.found, 400);
  assert.equal(result.analysed + result.reused + result.failed + result.unchanged, 400);
  assert.ok(
    result.failed > 20,
    `only ${result.failed} failed: the damage is too mild to prove anything`,
  );

  const { tracks } = await run('library', 'list', '--limit', '1000');
  const states = Object.groupBy(tracks as { path: string; status: string }[], (track) =>
    path.basename(path.dirname(track.path)),
  );
  assert.ok(states.good!.every(({ status }) => status === 'analysed'));
  assert.equal(states.damaged!.length, 200);
  assert.ok(states.damaged!.every(({ status }) => status === 'analysed' || status === 'failed'));
  const failures: { path: string; message: string; code: string }[] = await run(
    'library',
    'failures',
  );
  assert.equal(failures.length, result.failed);
  for (const { message, code } of failures) {
    assert.ok(message.length > 10);
    assert.notEqual(code, 'CRASHED');
  }
});
