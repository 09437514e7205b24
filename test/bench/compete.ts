/** One task, all that can do it, in turns. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom, shuffled } from '@consonance/statistics';
import type { Competitor } from './competitors/processes.ts';
import type { Request } from './competitors/protocol.ts';
import { median, ratioInterval } from './ratio.ts';
import type { Estimate, Table } from './report.ts';

export interface Row {
  peer: string;
  version: string;
  /** CPU time of one run; null where the peer cannot do it. */
  medianMilliseconds: number | null;
  /** Its time over that of the reference, round by round. */
  ratio: Estimate | null;
  /** How its result compares (each part says with what); null where there is none. */
  agreement: string | null;
  /** Why there is no time. */
  reason?: string;
}

/**
 * @param reference name of the competitor that the others' times are divided by
 * @param agreement from the results of the first run, by name
 */
export async function compete(
  competitors: readonly Competitor[],
  request: Omit<Request, 'peer'>,
  settings: {
    folder: string;
    rounds: number;
    log(text: string): void;
    reference: string;
    agreement(
      result: Float32Array,
      all: ReadonlyMap<string, Float32Array>,
      peer: string,
    ): string | null;
  },
): Promise<Row[]> {
  const { folder, rounds, log, reference, agreement } = settings;
  const times = new Map<string, number[]>();
  const reasons = new Map<string, string>();
  const results = new Map<string, Float32Array>();
  // The first run loads, compiles and is checked; it and the next two are not timed.
  for (const competitor of competitors) {
    const { peer } = competitor;
    const result = await resultOf(competitor, request, folder);
    if (typeof result === 'string') {
      log(`  ${peer}: ${result}`);
      reasons.set(peer, result);
    } else {
      log(`  ${peer} ${competitor.version}`.trimEnd());
      results.set(peer, result);
      times.set(peer, []);
      for (let i = 0; i < 2; i++) await timed(competitor, request);
    }
  }
  if (!times.has(reference))
    throw new Error(`Expected ${reference} to compare with but: ${reasons.get(reference)}`);
  const random = seededRandom(1);
  for (let round = 0; round < rounds; round++) {
    for (const competitor of shuffled(competitors, random))
      times.get(competitor.peer)?.push(await timed(competitor, request));
  }
  return competitors.map(({ peer, version }): Row => {
    const own = times.get(peer);
    if (!own) {
      const nothing = { medianMilliseconds: null, ratio: null, agreement: null };
      return { peer, version, ...nothing, reason: reasons.get(peer)! };
    }
    return {
      peer,
      version,
      medianMilliseconds: median(own),
      ratio: ratioInterval(own, times.get(reference)!),
      agreement: agreement(results.get(peer)!, results, peer),
    };
  });
}

/** Milliseconds of a run. */
async function timed({ peer, ask }: Competitor, request: Omit<Request, 'peer'>): Promise<number> {
  const reply = await ask(request);
  if ('error' in reply) throw new Error(`${peer}: ${reply.error}`);
  return reply.milliseconds;
}

/**
 * As a table of the report.
 *
 * @param inARow the same competitors again, with many runs a turn
 */
export const peerTable = (title: string, rows: readonly Row[], inARow?: readonly Row[]): Table => ({
  title,
  columns: [
    { name: 'peer', title: 'peer' },
    { name: 'version', title: 'version' },
    { name: 'time', title: 'CPU time', unit: 'ms' },
    { name: 'ratio', title: 'times Consonance' },
    ...(inARow
      ? [
          { name: 'timeInARow', title: 'in a row', unit: 'ms' },
          { name: 'ratioInARow', title: 'times Consonance' },
        ]
      : []),
    { name: 'result', title: 'result' },
  ],
  rows: rows.map(({ peer, version, medianMilliseconds, ratio, agreement, reason }) => {
    const again = inARow?.find((row) => row.peer === peer);
    return {
      peer,
      version,
      time: medianMilliseconds,
      ratio,
      ...(again && { timeInARow: again.medianMilliseconds, ratioInARow: again.ratio }),
      result: reason ?? agreement ?? '',
    };
  }),
});

/** What a competitor makes of the input, or why it makes nothing. */
export async function resultOf(
  { ask }: Competitor,
  request: Omit<Request, 'peer'>,
  folder: string,
): Promise<Float32Array | string> {
  const out = path.join(folder, 'out.f32');
  await rm(out, { force: true });
  const reply = await ask({ ...request, out });
  if ('error' in reply) return reply.error.split('\n')[0]!;
  // Some have a time, but no result to compare.
  const bytes = existsSync(out) ? await readFile(out) : new Uint8Array();
  return new Float32Array(new Uint8Array(bytes).buffer);
}
