import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AudioError } from '@consonance/audio';
import fastify from 'fastify';
import { FileCache } from '../../src/media/file-cache.ts';
import { sendFailure } from '../../src/media/send-file.ts';
import { temporaryFolder } from './helpers.ts';

const writer =
  (content: string, calls: string[] = []) =>
  async (target: string) => {
    calls.push(content);
    await writeFile(target, content);
  };

test('made once for all who ask, and found again by the next process', async () => {
  const directory = await temporaryFolder();
  const calls: string[] = [];
  const cache = new FileCache(directory, 100);
  const paths = await Promise.all([1, 2, 3].map(() => cache.file('key', writer('abc', calls))));
  assert.equal(new Set(paths).size, 1);
  assert.equal(await readFile(paths[0]!, 'utf8'), 'abc');
  assert.equal(await new FileCache(directory, 100).file('key', writer('new', calls)), paths[0]);
  assert.deepEqual(calls, ['abc']);
  assert.notEqual(await cache.file('other', writer('def')), paths[0]);
});

test('what fails is thrown to all and not kept', async () => {
  const directory = await temporaryFolder();
  const cache = new FileCache(directory, 100);
  const fail = async (target: string) => {
    await writeFile(target, 'half');
    throw new Error('broken');
  };
  for (const result of await Promise.allSettled([cache.file('key', fail), cache.file('key', fail)]))
    assert.equal(result.status, 'rejected');
  assert.deepEqual(await readdir(directory), []);
  assert.ok(await cache.file('key', writer('whole')));
});

test('the least recently used go when there are too many bytes, also those of earlier processes', async () => {
  const directory = await temporaryFolder();
  const first = new FileCache(directory, 25);
  const old = await first.file('old', writer('0123456789'));
  const used = await first.file('used', writer('0123456789'));
  await utimes(old, 1000, 1000);
  await utimes(used, 2000, 2000);
  await writeFile(join(directory, '.new-left-by-a-crash'), 'half');
  const cache = new FileCache(directory, 25);
  const added = await cache.file('new', writer('0123456789'));
  assert.deepEqual([old, used, added].map(existsSync), [false, true, true]);
  const huge = await cache.file('huge', writer('0'.repeat(50)));
  assert.deepEqual(await readdir(directory), [huge.slice(directory.length + 1)]);
});

test('a directory that could not be made is tried again', async () => {
  const directory = join(await temporaryFolder(), 'cache');
  await writeFile(directory, 'in the way');
  const cache = new FileCache(directory, 100);
  await assert.rejects(cache.file('key', writer('abc')), { code: 'EEXIST' });
  await rm(directory);
  assert.equal(await readFile(await cache.file('key', writer('abc')), 'utf8'), 'abc');
});

test('files made at the same time, and one made again, are counted once', async () => {
  const directory = await temporaryFolder();
  const cache = new FileCache(directory, 30);
  const make = (key: string) => cache.file(key, writer('0123456789'));
  const [first] = await Promise.all(['a', 'b', 'c'].map(make));
  await rm(first!);
  await make('a');
  assert.equal((await readdir(directory)).length, 3);
  await Promise.all(['d', 'e', 'f'].map(make));
  assert.equal((await readdir(directory)).length, 3);
  await make('g');
  assert.equal((await readdir(directory)).length, 3);
});

test('a file that somebody deleted is made again', async () => {
  const directory = await temporaryFolder();
  const cache = new FileCache(directory, 100);
  const path = await cache.file('key', writer('one'));
  await rm(path);
  assert.equal(await readFile(await cache.file('key', writer('two')), 'utf8'), 'two');
});

test('a full disk is told apart from a file that cannot be read', async () => {
  for (const [error, status] of [
    [new AudioError('NOT_WRITTEN', '36 bytes'), 507],
    [Object.assign(new Error('no space left'), { code: 'ENOSPC' }), 507],
    [new AudioError('CORRUPT', 'broken'), 422],
    [new AudioError('UNREADABLE', 'gone'), 404],
  ] as const) {
    const app = fastify();
    app.get('/', (_request, reply) => sendFailure(error, reply));
    assert.equal((await app.inject('/')).statusCode, status);
    await app.close();
  }
});
