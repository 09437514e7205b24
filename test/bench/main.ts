/**
 * `npm run bench`: Consonance and its peers on the same input, in turns, on this machine. `--only <part>` runs one
 * part, `--json` prints it as JSON; a run of all parts is written to `.cache/bench/report.json`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../run.ts';
import { startCompetitors } from './competitors/processes.ts';
import { runFile } from './parts/file.ts';
import { runMel } from './parts/mel.ts';
import { runSearch } from './parts/search.ts';
import { table } from './parts/table.ts';

const parts = ['mel', 'file', 'search'] as const;
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '41' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    `npm run bench -- [--only ${parts.join('|')}] [--rounds 41] [--json]\nCompares Consonance with its peers, which it installs first (5 GB).`,
  );
  process.exit();
}
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`Expected a positive integer for --rounds but received ${values.rounds}`);
if (values.only !== undefined && !parts.some((part) => part === values.only))
  throw new Error(`Expected one of ${parts.join(', ')} for --only but received ${values.only}`);
const isWanted = (part: (typeof parts)[number]): boolean =>
  values.only === undefined || values.only === part;

const folder = await mkdtemp(path.join(os.tmpdir(), 'consonance-bench-'));
const settings = { folder, rounds, log: (text: string) => console.error(text) };
const competitors = await startCompetitors();
try {
  const report = {
    kind: 'benchmarks',
    command: `npm run bench${values.only ? ` -- --only ${values.only}` : ''}`,
    createdAt: new Date().toISOString(),
    machine: `${os.cpus().length} x ${os.cpus()[0]?.model}, Node ${process.version}`,
    ...(isWanted('mel') && { mel: await runMel(competitors, settings) }),
    ...(isWanted('file') && { file: await runFile(competitors, settings) }),
    ...(isWanted('search') && { search: await runSearch(competitors, settings) }),
  };
  const text = JSON.stringify(report, null, 1);
  if (values.json) console.log(text);
  else {
    console.log(`${report.machine}; CPU time, median of ${rounds} runs in turns, one thread`);
    for (const { frontEnd, rows } of report.mel?.frontEnds ?? []) {
      const names = Object.entries(frontEnd).map(([name, value]) => `${name} ${value}`);
      console.log(table(`Mel spectrogram of 30 s: ${names.join(', ')}`, rows));
    }
    if (report.file) console.log(table(`File to mel: ${report.file.input}`, report.file.rows));
    for (const { songs, rows } of report.search?.sizes ?? [])
      console.log(table(`Best five of ${songs} songs`, rows));
  }
  if (values.only === undefined) {
    const target = path.join(root, '.cache', 'bench');
    await mkdir(target, { recursive: true });
    await writeFile(path.join(target, 'report.json'), `${text}\n`);
  }
} finally {
  competitors.close();
  await rm(folder, { recursive: true, force: true });
}
