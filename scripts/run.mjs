/** `node scripts/run.mjs <file> [arguments]`: set-up, then the file with the project's own Node. */
import { spawn } from 'node:child_process';
import { projectNode, setupOrExit } from './setup.mjs';

await setupOrExit();
const child = spawn(projectNode, process.argv.slice(2), { stdio: 'inherit' });
// The terminal sends Ctrl-C to both; the child finishes its work in flight and decides when to end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
