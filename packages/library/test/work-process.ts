// A worker of its own process on the database argv[2]: says which files it has done, one a line, until
// nothing is pending. Its decoder takes its time, so that it can be ended in the middle.
import { setTimeout as wait } from 'node:timers/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLibrary } from '../src/index.ts';
import { statisticsEmbedder, wavReader } from './helpers.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'consonance-worker-'));
const library = await openLibrary({ dataDirectory, databaseUrl: process.argv[2] });
await library.work({
  audio: { analyze: (path) => wait(50).then(() => wavReader.analyze(path)) },
  embedder: statisticsEmbedder(),
  concurrency: 4,
  untilEmpty: true,
  onFile: (path) => process.stdout.write(`${path}\n`),
});
await library.close();
