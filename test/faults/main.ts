/** `node test/faults/main.ts --kills 100`: on a server and on the embedded database, 500 files each. */
import { parseArgs } from 'node:util';
import { injectFaults } from './faults.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    files: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string', multiple: true, default: ['server', 'embedded'] },
  },
});
for (const database of values.database as ('server' | 'embedded')[]) {
  const started = performance.now();
  const result = await injectFaults({
    database,
    kills: Number(values.kills),
    files: Number(values.files),
    seed: Number(values.seed),
    onKill: (kill, victim) => console.error(`${database}: kill ${kill}, ${victim}`),
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(JSON.stringify({ database, ...result, seconds }));
}
