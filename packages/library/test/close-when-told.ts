// A process that has the library on the database server argv[2] open until it is told something.
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { openLibrary } from '../src/index.ts';

const library = await openLibrary({ dataDirectory: tmpdir(), databaseUrl: process.argv[2]! });
library.listen(() => {});
await library.status();
process.stdout.write('open\n');
await once(process.stdin, 'data');
await library.close();
