// Fuzzes a package's C++ core with libFuzzer, address and undefined behaviour sanitizers (Debian package clang):
//   npm run fuzz -w packages/<package> -- [--seconds 60]
// It starts from core/fuzz/corpus; what it learns stays in build/fuzz/corpus, a finding in build/fuzz.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
if (!/^[1-9]\d*$/.test(values.seconds)) {
  throw new Error(`Expected a positive integer for --seconds but received '${values.seconds}'`);
}
const root = process.cwd();
const { buildFuzzer } = await import(pathToFileURL(path.join(root, 'scripts/build.mjs')));
const learnt = path.join(root, 'build/fuzz/corpus');
mkdirSync(learnt, { recursive: true });
const limits = [
  `-max_total_time=${values.seconds}`,
  '-max_len=8192',
  '-timeout=60',
  '-rss_limit_mb=3000',
];
const folders = [learnt, path.join(root, 'core/fuzz/corpus')];
const program = await buildFuzzer();
execFileSync(
  program,
  [...limits, '-print_final_stats=1', `-artifact_prefix=${root}/build/fuzz/`, ...folders],
  { stdio: 'inherit' },
);
