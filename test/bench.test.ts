import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import { compete, peerTable } from './bench/compete.ts';
import type { Competitor } from './bench/competitors/processes.ts';
import { documents } from './bench/docs.ts';
import { findingsOf } from './bench/findings.ts';
import { fitExponent, growthTable, type Point } from './bench/growth.ts';
import { readReport } from './bench/kept.ts';
import { tableText } from './bench/markdown.ts';
import { ratioInterval } from './bench/ratio.ts';
import { costsOf, sizingTable } from './bench/sizing.ts';

test('the exponent of a power law is found, and its interval holds it under noise', () => {
  const sizes = [1000, 10_000, 100_000, 1_000_000];
  const exact = fitExponent(sizes.map((n): Point => [n, 0.03 * n ** 1.2]));
  assert.ok(Math.abs(exact.value - 1.2) < 1e-9);
  const random = seededRandom(1);
  const noisy = sizes.flatMap((n) =>
    [1, 2, 3].map((): Point => [n, 0.03 * n ** 1.2 * (0.8 + 0.4 * random())]),
  );
  const { interval } = fitExponent(noisy);
  assert.ok(interval[0] < 1.2 && 1.2 < interval[1] && interval[1] - interval[0] < 0.2);
});

test('a table of growth has medians by size and shows what is missing', () => {
  const table = growthTable(
    'CPU time',
    {
      scan: [
        ...([10, 100, 1000] as const).map((n): Point => [n, n / 10]),
        ...[10, 10].map((n): Point => [n, 7]),
      ],
    },
    's',
  );
  assert.deepEqual(
    table.columns.map(({ title }) => title),
    ['songs', '10', '100', '1,000', 'exponent'],
  );
  assert.equal(table.rows[0]!['10'], 7);
  const lines = tableText({ ...table, rows: [{ task: 'scan', 10: 0.71234, 100: null }] });
  assert.match(lines, /\| scan \| 0\.712 s \| - \| - \| - \|/);
});

test('the interval of a ratio holds it where both times sway together', () => {
  const random = seededRandom(2);
  const mood = Array.from({ length: 41 }, () => 1 + random());
  const { value, interval } = ratioInterval(
    mood.map((factor) => 6 * factor * (1 + 0.01 * random())),
    mood.map((factor) => 2 * factor * (1 + 0.01 * random())),
  );
  assert.ok(interval[0] <= value && value <= interval[1]);
  assert.ok(interval[0] < 3.05 && 2.95 < interval[1] && interval[1] - interval[0] < 0.5);
});

test('a peer that cannot do a task is a row that says why, and nothing is said of its speed', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-compete-'));
  t.after(() => rm(folder, { recursive: true }));
  const peer = (name: string, work: () => Float32Array): Competitor => ({
    peer: name,
    version: '1',
    async ask({ out }) {
      const before = performance.now();
      try {
        const result = work();
        if (out !== undefined) await writeFile(out, new Uint8Array(result.buffer));
      } catch (error) {
        return { error: `${error}` };
      }
      return { milliseconds: performance.now() - before };
    },
  });
  const sines = (count: number) => () =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const rows = await compete(
    [
      peer('Consonance', sines(1000)),
      peer('more work', sines(20_000)),
      peer('absent', () => {
        throw new TypeError('absent is not installed\nand more');
      }),
    ],
    {
      task: 'search',
      settings: { matrix: '', columns: 1, songs: 1, best: 1 },
      input: '',
    },
    {
      folder,
      rounds: 5,
      log: () => {},
      reference: 'Consonance',
      agreement: (result) => String(result.length),
    },
  );
  assert.deepEqual(
    rows.map(({ agreement, reason }) => [agreement, reason]),
    [
      ['1000', undefined],
      ['20000', undefined],
      [null, 'TypeError: absent is not installed'],
    ],
  );
  assert.ok(rows[1]!.ratio !== null && rows[2]!.ratio === null);
  const part = {
    title: '',
    about: '',
    createdAt: '',
    machine: '',
    tables: [peerTable('30 s', rows)],
  };
  const [finding] = findingsOf([{ ...part, part: 'file' }]);
  assert.match(finding!, /more work \d/);
  assert.doesNotMatch(finding!, /absent/);
});

test('a library that was measured needs by calculation what it needed', async () => {
  const report = await readReport();
  const [row] = sizingTable(costsOf(report), [1_000_000]).rows;
  const [bytes, time] = report.parts.find(({ part }) => part === 'library')!.tables;
  const [measured, open] = [bytes!.rows.at(-1)!, time!.rows[0]!];
  const near = (value: unknown, truth: number) =>
    assert.ok(Math.abs(Number(value) / truth - 1) < 1e-3, `${value} is not ${truth}`);
  near(row!.embedded, (Number(measured.peak) * 2 ** 20) / 1e9);
  near(row!.database, (Number(measured.tracks) + Number(measured.features)) / 1000);
  near(row!.open, Number(open['1000000']) / 1000);
});

test('the documents say what the report of the benchmarks says', async () => {
  for (const [file, text] of await documents(await readReport()))
    assert.equal(await readFile(file, 'utf8'), text, `${file}: node test/bench/docs.ts`);
});
