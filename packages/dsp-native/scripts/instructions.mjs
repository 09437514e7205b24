// Counts the instructions of the hot paths with callgrind (Debian package valgrind) and compares them to
// bench/instructions.json: more than 2 % more is a failure. Tells what kinds of instructions those of AVX2 are.
// --update writes the file. Valgrind knows no AVX-512, whose sources are the same as AVX2's.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { buildInstructions } from './build.mjs';
import { kindsOf } from './instruction-kinds.mjs';

const file = path.join(path.dirname(import.meta.dirname), 'bench/instructions.json');
const frontEnds = ['12000 512 256 96', '22050 2048 512 128', '16000 400 160 80'];
const cases = ['avx2', 'sse2', 'scalar'].flatMap((isa) =>
  ['float64', 'float32'].flatMap((precision) =>
    frontEnds.map((frontEnd) => `${isa} ${precision} ${frontEnd}`),
  ),
);

/**
 * The cases with more than 2 % more instructions than before; those that were not counted before, too.
 * @param {Record<string, number>} counts
 * @param {Record<string, number>} before
 */
export const slower = (counts, before) =>
  Object.keys(counts).filter((name) => !(counts[name] <= 1.02 * before[name]));

if (process.argv[1] === import.meta.filename) await compare();

async function compare() {
  const program = await buildInstructions();
  const scratch = mkdtempSync(path.join(tmpdir(), 'consonance-instructions-'));
  const profiles = cases.map((name) => [name, profile(program, scratch, name)]);
  rmSync(scratch, { recursive: true });
  const counts = Object.fromEntries(profiles.map(([name, text]) => [name, count(text)]));
  const kinds = Object.fromEntries(
    profiles
      .filter(([name]) => name.startsWith('avx2'))
      .map(([name, text]) => [name, kindsOf(program, text)]),
  );

  if (process.argv.includes('--update')) {
    const compiler = execFileSync(process.env.CXX ?? 'g++', ['--version'], { encoding: 'utf8' });
    const content = { compiler: compiler.split('\n')[0], counts, kinds };
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  }
  const committed = JSON.parse(readFileSync(file, 'utf8'));
  console.log(`Instructions for one second of audio; before: ${committed.compiler}`);
  console.table(
    Object.entries(counts).map(([name, now]) => {
      const before = committed.counts[name];
      return { name, before, now, change: `${((now / before - 1) * 100).toFixed(2)} %` };
    }),
  );
  console.log('Of those of the mel spectrogram, without its decibels, in %:');
  console.table(Object.entries(kinds).map(([name, shares]) => ({ name, ...shares })));
  const names = slower(counts, committed.counts);
  if (names.length > 0) {
    console.error(`More than 2 % more instructions than committed: ${names.join('; ')}`);
    process.exitCode = 1;
  }
}

/** What callgrind found, with the address of each instruction. */
function profile(program, scratch, name) {
  const output = path.join(scratch, 'callgrind.out');
  const options = [
    ...['--tool=callgrind', '--toggle-collect=measured', '--dump-instr=yes'],
    ...['--compress-pos=no', '--compress-strings=no', `--callgrind-out-file=${output}`],
  ];
  execFileSync('valgrind', [...options, program, ...name.split(' ')], { stdio: 'pipe' });
  return readFileSync(output, 'utf8');
}

function count(text) {
  return Number(/^(?:totals|summary): (\d+)/m.exec(text)[1]);
}
