/** `npm run bench`: Consonance and its peers on the same input, in turns, on this machine, and what size costs. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Competitors, startCompetitors } from './competitors/processes.ts';
import { writeDocuments } from './docs.ts';
import { keepParts, reportOf, toJson } from './kept.ts';
import { reportText } from './markdown.ts';
import type { BenchmarkPart, Context } from './part.ts';
import { analysis } from './parts/analysis.ts';
import { embedding } from './parts/embedding.ts';
import { file } from './parts/file.ts';
import { mel } from './parts/mel.ts';
import { library } from './parts/library.ts';
import { peak } from './parts/peak.ts';
import { scan } from './parts/scan.ts';
import { search } from './parts/search.ts';
import { workers } from './parts/workers.ts';
import { type Part, type PartName, partNames } from './report.ts';

const parts: Record<PartName, BenchmarkPart> = {
  mel,
  peak,
  file,
  embedding,
  search,
  workers,
  library,
  scan,
  analysis,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '41' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- [--only <part>] [--rounds 41] [--json] [--write]

Measures Consonance on this machine: ${partNames.join(', ')}.
mel, file and search compare it with its peers, which are installed first (5 GB); library and analysis make
libraries of up to 1,000,000 songs first (5 GB, kept in .cache/bench). All takes an hour.

  --only <part>  one part
  --rounds <n>   timed runs of each peer
  --json         prints JSON
  --write        keeps the result in reports/benchmarks, docs/benchmarks.md and README.md`);
  process.exit();
}
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`Expected a positive integer for --rounds but received ${values.rounds}`);
const only = partNames.find((name) => name === values.only);
if (values.only !== undefined && only === undefined)
  throw new Error(`Expected one of ${partNames.join(', ')} for --only but received ${values.only}`);

let competitors: Promise<Competitors> | undefined;
const folder = await mkdtemp(path.join(os.tmpdir(), 'consonance-bench-'));
const log = (text: string) => console.error(text);
const context: Context = {
  folder,
  rounds,
  log,
  competitors: () => (competitors ??= startCompetitors(log)),
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  });
try {
  const measured: Part[] = [];
  for (const part of only ? [only] : partNames) {
    const { title, about, measure } = parts[part];
    const started = performance.now();
    try {
      measured.push({
        part,
        title,
        about,
        tables: await measure(context),
        createdAt: new Date().toISOString(),
        machine: `${os.cpus().length} x ${os.cpus()[0]?.model}, Node ${process.version}`,
      });
    } catch (error) {
      // An hour of other parts is not lost for one.
      log(`${part}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
      continue;
    }
    if (values.write) await writeDocuments(await keepParts(measured));
    log(`${part}: done in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  if (measured.length > 0) {
    const report = reportOf(measured);
    console.log(values.json ? toJson(report) : reportText(report));
  }
} finally {
  (await competitors?.catch(() => undefined))?.close();
  await rm(folder, { recursive: true, force: true });
}
