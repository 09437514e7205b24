/**
 * A listening study with many participants at once, with the real command: each takes part from the link
 * to the end and hears every clip; in the middle the server is killed and started again. Then every
 * acknowledged rating is looked for in the exported ones.
 *
 *   node test/bench/study-load.ts [--participants 200] [--songs-per-arm 5] [--no-kill]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from '../run.ts';
import {
  type Acknowledged,
  analysedSongs,
  lostOrDoubled,
  openStudy,
  StudyServer,
  takePart,
} from '../study-participants.ts';

const { values } = parseArgs({
  options: {
    participants: { type: 'string', default: '200' },
    'songs-per-arm': { type: 'string', default: '5' },
    kill: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const participants = Number(values.participants);

const folder = await mkdtemp(path.join(tmpdir(), 'consonance-study-load-'));
const dataDirectory = path.join(folder, 'data');
const server = new StudyServer(dataDirectory);
try {
  const ids = await analysedSongs(dataDirectory, path.join(root, 'demo', 'library'));
  await server.start();
  const songs = Number(values['songs-per-arm']);
  const { id, tokens } = await openStudy(server, { participants, songs, clipSeconds: 30 });
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
  const acknowledged: Acknowledged[][] = tokens.map(() => []);
  const all = Promise.all(
    tokens.map((token, seed) => takePart(server, { token, ids, seed }, acknowledged[seed]!)),
  );
  if (values.kill) {
    while (!acknowledged.every((ratings) => ratings.length > 0)) await wait(10);
    const { length } = acknowledged.flat();
    await server.stop('SIGKILL');
    console.log(`killed after ${seconds()} s and ${length} acknowledged ratings`);
    await server.start();
  }
  await all;
  const wrong = await lostOrDoubled(server, id, acknowledged);
  const times = server.latencies.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.floor(share * (times.length - 1))]!.toFixed(0);
  console.log(
    `${participants} participants, ${ids.length} songs: ${times.length} ratings in ${seconds()} s; ` +
      `a rating took p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, p99 ${quantile(0.99)} ms`,
  );
  console.log(`lost or doubled: ${wrong.length}`);
  for (const line of wrong) console.log(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await server.stop('SIGTERM').catch(() => {});
  await rm(folder, { recursive: true, force: true });
}
