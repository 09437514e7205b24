// A process that opens the library in argv[2] and holds it until it is killed.
import { openLibrary } from '../src/index.ts';

await openLibrary({ dataDirectory: process.argv[2]! });
process.send!('open');
setInterval(() => {}, 1000);
