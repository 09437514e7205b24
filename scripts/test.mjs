/** `npm test`: set-up, formatting, lint, types, then every test. Ends in the test runner's summary. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { provisionChromium } from './chromium.mjs';
import { provisionPostgres } from './postgres.mjs';
import { projectEnv, projectNode, setupOrExit } from './setup.mjs';

await setupOrExit();
const root = path.dirname(import.meta.dirname);
const chromium = await provisionedOrExit();
const bin = path.join(root, 'node_modules', '.bin');
const env = {
  ...projectEnv,
  CHROMIUM: chromium,
  DATABASE_URL: '',
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
};
const run = (command, args) => {
  console.log(`\n> ${[path.basename(command), ...args].join(' ')}`);
  return spawnSync(command, args, { cwd: root, env, stdio: 'inherit' }).status === 0;
};

const checks = [
  run(path.join(bin, 'prettier'), ['--check', '--log-level=warn', '.']),
  run(path.join(bin, 'nx'), ['run-many', '-t', 'lint', 'typecheck', '--output-style=static']),
];
// One run over everything, so that there is one summary; `nx test <project>` runs a part.
const tests = run(projectNode, [
  '--test',
  '--test-reporter=spec',
  // Node's default leaves a core free; many tests wait for processes.
  `--test-concurrency=${availableParallelism()}`,
  // What hangs fails by its name, and the rest goes on.
  '--test-timeout=600000',
  ...['packages/*/test', 'apps/*/test', 'test'].map((folder) => `${folder}/**/*.test.ts`),
]);
if (checks.includes(false)) console.error('Formatting, lint or types failed, see above.');
process.exit(checks.includes(false) || !tests ? 1 : 0);

/** What only the tests need. @returns the path of the browser */
async function provisionedOrExit() {
  try {
    await provisionPostgres({ root });
    return provisionChromium({ log: console.error, env: process.env });
  } catch (error) {
    console.error(`\nSet-up of the tests stopped: ${error.message}`);
    process.exit(1);
  }
}
