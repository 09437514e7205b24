// A process that opens the library in argv[2], scans the folder in argv[3] and analyses it,
// and says how far it has come, until it is done or killed.
import { setTimeout as wait } from 'node:timers/promises';
import { openLibrary } from '../src/index.ts';
import { statisticsEmbedder, wavReader } from './helpers.ts';

const [dataDirectory, folder] = process.argv.slice(2) as [string, string];
const library = await openLibrary({ dataDirectory });
const [model] = (await library.status()).models;
const acknowledged = (model?.analysed ?? 0) + (model?.failed ?? 0);
process.send!({ opened: acknowledged });
await library.scan([folder]);
await library.analyze({
  // Slow enough to be killed in the middle.
  audio: { analyze: (path) => wait(50).then(() => wavReader.analyze(path)) },
  filesInFlight: 8,
  embedder: statisticsEmbedder(),
  onProgress: ({ done }) => process.send!({ acknowledged: acknowledged + done }),
});
await library.close();
process.disconnect();
