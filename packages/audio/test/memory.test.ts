import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { fixture, frontEnd, temporaryDirectory } from './helpers.ts';
import { writeLongWav } from './wav.ts';

const hours = 2;
const mostMegabytes = 400;

/** Frames without a Xing header, so neither duration nor seek table. */
function writeLongMp3(path: string): void {
  const frames = readFileSync(fixture('vbr-no-xing.mp3'));
  const file = openSync(path, 'w');
  for (let written = 0; written < (hours * 3600) / 4; written += 1) writeSync(file, frames);
  closeSync(file);
}

test(`${hours}-hour files take less than ${mostMegabytes} MB`, async (context) => {
  const directory = temporaryDirectory(context);
  writeLongWav(join(directory, 'long.wav'), hours);
  writeLongMp3(join(directory, 'long.mp3'));
  const script = `
    const { analyzeFile } = await import('${new URL('../src/index.ts', import.meta.url).href}');
    const frontEnd = ${JSON.stringify({ ...frontEnd, windowSeconds: 29.12 })};
    for (const name of ['long.wav', 'long.mp3']) {
      const { durationSeconds, windows, warnings } = await analyzeFile(name, frontEnd);
      console.log(JSON.stringify({ durationSeconds, windows: windows.length, warnings }));
    }
    console.log(process.resourceUsage().maxRSS / 1024);`;
  const options = { cwd: directory };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    options,
  );
  const [wavTrack, mp3Track, megabytes] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  context.diagnostic(`${Math.round(megabytes)} MB`);
  assert.deepEqual(wavTrack, { durationSeconds: 7200, windows: 3, warnings: [] });
  assert.ok(mp3Track.durationSeconds > 7200 && mp3Track.windows === 3);
  assert.ok(megabytes < mostMegabytes, `${megabytes} MB`);
});
