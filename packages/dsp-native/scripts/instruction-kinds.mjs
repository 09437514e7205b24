// What kinds of instructions a mel spectrogram is made of: where the time goes that no arithmetic takes.
import { execFileSync } from 'node:child_process';

/** The first that fits an instruction with its operands, of AVX2 and of integers. */
const kinds = {
  'multiply-add': /^vfn?m(add|sub)/,
  'other arithmetic': /^v(add|sub|mul|div|max|min|sqrt)[ps][sd]/,
  'load, store': /^v?mov.*\(|^vbroadcast.*\(/,
  'move, shuffle':
    /^v?mov|^v(shuf|unpck|perm|blend|insert|extract|broadcast|pshuf|punpck|x?or|and)/,
  'address, loop': /^/,
};

/**
 * Shares of the instructions that were executed for the spectrogram, percent, by kind. Arithmetic that reads an operand from
 * memory is arithmetic.
 * @param {string} program that was profiled
 * @param {string} profile of callgrind, with the address of each instruction and nothing compressed
 * @returns {Record<string, number>}
 */
export function kindsOf(program, profile) {
  const instructions = disassembled(program);
  const counts = Object.fromEntries(Object.keys(kinds).map((name) => [name, 0]));
  for (const [address, count] of executed(profile)) {
    const instruction = instructions.get(address) ?? '';
    const name = Object.keys(kinds).find((kind) => kinds[kind].test(instruction));
    counts[name] += count;
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, Math.round((1000 * count) / total) / 10]),
  );
}

/** Addresses in the vector code of the spectrogram with how often each was executed. */
function* executed(profile) {
  let isKernel = false;
  let isCall = false;
  for (const line of profile.split('\n')) {
    if (line.startsWith('fn=')) isKernel = /avx2_float(32|64)::/.test(line);
    else if (line.startsWith('calls=')) isCall = true;
    else if (line.startsWith('0x')) {
      const [address, , count] = line.split(' ');
      // The line after a call has what the called function took.
      if (isKernel && !isCall) yield [Number(address), Number(count)];
      isCall = false;
    }
  }
}

/** Address to mnemonic and operands. */
function disassembled(program) {
  const options = ['-d', '--no-show-raw-insn', program];
  const text = execFileSync('objdump', options, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const lines = text.matchAll(/^\s*([0-9a-f]+):\s+(\S.*)$/gm);
  return new Map(Array.from(lines, ([, address, rest]) => [parseInt(address, 16), rest]));
}
