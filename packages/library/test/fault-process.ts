// A process that lives to be killed: argv = role, data directory, folder, and the URL of the database or
// nothing. `worker` scans and analyses until it is killed (with `finish`: until nothing is pending), `api`
// likes songs and saves playlists, `both` does both. It says "open", and each write once it is acknowledged.
import { setTimeout as wait } from 'node:timers/promises';
import { openLibrary } from '../src/index.ts';
import { statisticsEmbedder, wavReader } from './helpers.ts';

const [role, dataDirectory, folder, databaseUrl] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const say = (text: string) => process.stdout.write(`${text}\n`);
const isServer = Boolean(databaseUrl);

const library = await openLibrary({ dataDirectory, databaseUrl: databaseUrl || undefined });
say('open');
const tasks = [];
if (role !== 'api') tasks.push(analyse());
if (role === 'api' || role === 'both') tasks.push(write());
await Promise.all(tasks);
await library.close();

async function analyse(): Promise<void> {
  await library.scan([folder]);
  const audio = { analyze: (path: string) => wait(20).then(() => wavReader.analyze(path)) };
  const options = { audio, embedder: statisticsEmbedder() };
  if (isServer) await library.work({ ...options, concurrency: 4, untilEmpty: role === 'finish' });
  else await library.analyze(options);
}

/** Without end. An error is not an acknowledgement: the database is away. */
async function write(): Promise<never> {
  for (let i = 0; ; i += 1) {
    try {
      const [track] = (await library.tracks({ limit: 1, offset: i % 50 })).tracks;
      if (track) {
        const at = (performance.timeOrigin + performance.now()) / 1000;
        await library.addListens('Ada', [{ trackId: track.id, kind: 'like', at }]);
        say(`like ${at}`);
        say(`playlist ${await library.savePlaylist({ name: `${at}`, trackIds: [track.id] })}`);
      }
    } catch {
      // Tried again with the next song.
    }
    await wait(20);
  }
}
