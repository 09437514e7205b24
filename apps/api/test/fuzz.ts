/** Whatever is sent, the server answers in its own words and lives on. FUZZ_RUNS and FUZZ_SEED make it longer and other. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { z } from 'zod';
import { appRouter } from '../src/router/index.ts';
import { fileEndpoints } from '../src/subsonic/binary.ts';
import { endpoints } from '../src/subsonic/endpoints.ts';
import { arbitraryOf, nearly } from './arbitrary.ts';

const numRuns = Number(process.env.FUZZ_RUNS ?? 12);
const seed = Number(process.env.FUZZ_SEED ?? 1);

interface Definition {
  type: 'query' | 'mutation' | 'subscription';
  inputs: z.ZodType[];
}
const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: Definition }>,
);

/** They start what takes long, or cost the time that a password does. */
const costly = [
  'analysis.start',
  'library.retry',
  'system.info',
  'users.create',
  'auth.changePassword',
];

interface Target {
  url: string;
  headers: Record<string, string>;
  /** Ids and names of the server, so that not all is unknown to it. */
  known: readonly string[];
}

/** @returns how often the server did what it was asked */
export async function fuzzProcedures({ url, headers, known }: Target): Promise<number> {
  let accepted = 0;
  for (const [name, { _def }] of procedures) {
    const [input] = _def.inputs;
    const valid = input ? arbitraryOf(input, known) : fc.constant(undefined);
    const runs = costly.includes(name) || !input ? Math.ceil(numRuns / 6) : numRuns;
    for (const values of [valid, nearly(valid)]) {
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          const body = JSON.stringify(value) ?? '';
          const response = await (_def.type === 'mutation'
            ? fetch(`${url}/trpc/${name}`, {
                method: 'POST',
                body,
                headers: {
                  ...headers,
                  'content-type': 'application/json',
                  'x-consonance-request': '1',
                },
              })
            : fetch(`${url}/trpc/${name}?input=${encodeURIComponent(body)}`, { headers }));
          if (_def.type === 'subscription') return response.body!.cancel();
          await check(`${name} ${body}`, response);
          if (response.ok) accepted++;
        }),
        { numRuns: runs, seed },
      );
    }
  }
  return accepted;
}

async function check(what: string, response: Response): Promise<void> {
  const text = await response.text();
  assert.ok(response.status < 500, `${what}: ${response.status} ${text}`);
  const { result, error } = JSON.parse(text) as { result?: unknown; error?: unknown };
  assert.ok((result ?? error) !== undefined, `${what}: ${text}`);
}

/** Requests that no client makes: texts that are no JSON, paths, parameters, headers. */
export async function fuzzRequests({ url, headers, known }: Target): Promise<void> {
  const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...known));
  const parameters = fc.dictionary(
    fc.constantFrom(
      'id',
      'u',
      't',
      's',
      'query',
      'count',
      'size',
      'f',
      'format',
      'maxBitRate',
      'time',
      'songCount',
    ),
    word,
  );
  const asserted = (values: fc.Arbitrary<[string, RequestInit?]>) =>
    fc.assert(
      fc.asyncProperty(values, async ([path, options]) => {
        const response = await fetch(url + path, {
          ...options,
          headers: { ...headers, ...options?.headers },
        });
        const text = await response.text();
        assert.ok(response.status < 500, `${path}: ${response.status} ${text}`);
      }),
      { numRuns: 5 * numRuns, seed },
    );
  const encoded = word.map((text) => encodeURIComponent(text.toWellFormed()));
  const search = parameters.map((values) => {
    const wellFormed = new URLSearchParams({ v: '1', c: 'fuzz' });
    for (const [name, value] of Object.entries(values)) wellFormed.set(name, value.toWellFormed());
    return wellFormed.toString();
  });
  const rest = fc.constantFrom(...Object.keys(endpoints), ...Object.keys(fileEndpoints));
  const media = fc.constantFrom('file', 'stream', 'cover', 'peaks', 'spectrogram');
  await asserted(fc.tuple(rest, search).map(([name, query]) => [`/rest/${name}?${query}`]));
  await asserted(
    fc.tuple(media, encoded, search).map(([kind, id, query]) => [`/media/${kind}/${id}?${query}`]),
  );
  await asserted(fc.tuple(encoded, encoded).map(([a, b]) => [`/${a}/${b}`]));
  await asserted(
    fc
      .tuple(encoded, fc.string())
      .map(([input, batch]) => [
        `/trpc/library.tracks,auth.me?batch=${encodeURIComponent(batch)}&input=${input}`,
      ]),
  );
  await asserted(
    fc.uint8Array({ maxLength: 200 }).map((body) => [
      '/trpc/listeners.record',
      {
        method: 'POST',
        body: Buffer.from(body),
        headers: { 'content-type': 'application/json', 'x-consonance-request': '1' },
      },
    ]),
  );
  await asserted(
    fc
      .tuple(
        fc.constantFrom(
          'range',
          'cookie',
          'authorization',
          'if-none-match',
          'accept',
          'x-forwarded-for',
        ),
        fc.string(),
      )
      .map(([name, value]) => [
        `/media/stream/${known[0]}`,
        { headers: { [name]: value.replace(/[^\x20-\x7e]/g, '') } },
      ]),
  );
}
