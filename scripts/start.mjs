/** `npm start [-- <folder>]`: set-up, then the main job. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectNode, setupOrExit } from './setup.mjs';

await setupOrExit();
const main = path.join(import.meta.dirname, '..', 'apps', 'cli', 'src', 'main.ts');
const child = spawn(projectNode, [main, 'start', ...process.argv.slice(2)], { stdio: 'inherit' });
// The terminal sends Ctrl-C to both; the child finishes its work in flight and decides when to end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
