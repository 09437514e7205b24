/** `consonance train` as a person runs it: stopped, killed, resumed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

const fixtures = path.resolve(import.meta.dirname, '../../../packages/audio/test/fixtures');

describe('consonance train', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-train-'));
    const rows = ['path,label,artist'];
    for (const [label, sound] of Object.entries({ low: 'narrow.wav', high: 'tone.flac' })) {
      for (let i = 0; i < 8; i++) {
        await copyFile(path.join(fixtures, sound), path.join(folder, `${i}${sound}`));
        rows.push(`${i}${sound},${label},${label} artist ${i}`);
      }
    }
    await writeFile(path.join(folder, 'music.csv'), rows.join('\n'));
    const config = { clipsPerBatch: 4, cropFrames: 64, learningRate: 0.01 };
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  });
  after(() => rm(folder, { recursive: true }));

  /** @param signal sent once the run tells of an epoch */
  const train = (out: string, more: string[] = [], signal?: NodeJS.Signals) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
      const [main, ...rest] = ['src/main.ts', 'train', '--json', ...more];
      const child = spawn(process.execPath, [
        ...[path.join(import.meta.dirname, '..', main!), ...rest],
        ...['--data', path.join(folder, 'music.csv'), '--labels', 'low,high', '--recipe', 'paper'],
        ...['--config', path.join(folder, 'config.json'), '--epochs', '12'],
        ...['--out', path.join(folder, out), '--cache', path.join(folder, 'cache')],
      ]);
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        const isFirst = !/^epoch \d/m.test(stderr);
        stderr += text;
        if (signal && isFirst && /^epoch \d/m.test(stderr)) child.kill(signal);
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  const modelOf = ({ stdout, stderr }: { stdout: string; stderr: string }): string => {
    assert.ok(stdout, stderr);
    return (JSON.parse(stdout) as { modelId: string }).modelId;
  };

  test('stopped by Ctrl-C, resumed, killed and resumed again, it ends in the same model', async () => {
    const whole = await train('whole');
    assert.equal(whole.code, 0, whole.stderr);
    const stopped = await train('parts', [], 'SIGINT');
    assert.equal(stopped.code, 130, stopped.stderr);
    assert.match(stopped.stderr, /with --resume goes on/);
    const killed = await train('parts', ['--resume'], 'SIGKILL');
    assert.equal(killed.stdout, '');
    const resumed = await train('parts', ['--resume']);
    assert.equal(modelOf(resumed), modelOf(whole));
    const page = await readFile(path.join(folder, 'parts', 'learning-curves.html'), 'utf8');
    assert.match(page, /<svg/);
    const again = await train('whole');
    assert.equal(again.code, 2);
    assert.match(again.stderr, /There is a run in .*whole already: add --resume/);
  });
});
