// Dies in the middle of a migration of the library in argv[2], or of its database at the URL argv[3].
import { openLibrary } from '../src/index.ts';
import { addLaterMigration } from './later-migration.ts';

addLaterMigration(() => process.kill(process.pid, 'SIGKILL'));
await openLibrary({ dataDirectory: process.argv[2]!, databaseUrl: process.argv[3] });
