/** Four workers on four machines, as far as the network can tell, share one library. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openLibrary } from '../src/index.ts';
import { temporaryFolder, wav, write } from './helpers.ts';
import { hasPostgres, noPostgres, query, startPostgres } from './postgres-server.ts';

const files = 240;
const probe = `consonance-${process.pid}`;
const mayNamespace =
  spawnSync('ip', ['netns', 'add', probe]).status === 0 &&
  spawnSync('ip', ['netns', 'delete', probe]).status === 0;
const skip =
  (!hasPostgres() && noPostgres) ||
  (!mayNamespace && 'network namespaces need root and the command "ip"');

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'ignore' });

let networks = 0;

/** A network of the server's address and one namespace a worker. */
function network(t: TestContext, workers: number) {
  const id = process.pid % 1000;
  // What is deleted lives on, by its name, until its last process has gone.
  const number = networks++;
  const bridge = `cons${id}.${number}`;
  const subnet = `10.${200 + (id % 50)}.${id % 250}`;
  ip('link', 'add', bridge, 'type', 'bridge');
  t.after(() => ip('link', 'delete', bridge));
  ip('address', 'add', `${subnet}.1/24`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
  const machines = Array.from({ length: workers }, (_, index) => {
    const [name, outside, inside] = [
      `${probe}-${number}-${index}`,
      `co${id}.${number}.${index}`,
      `ci${id}.${number}.${index}`,
    ];
    ip('netns', 'add', name);
    t.after(() => ip('netns', 'delete', name));
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    ip('link', 'set', outside, 'master', bridge, 'up');
    ip('-n', name, 'address', 'add', `${subnet}.${index + 2}/24`, 'dev', inside);
    ip('-n', name, 'link', 'set', inside, 'up');
    return {
      name,
      address: `${subnet}.${index + 2}`,
      link: (state: 'up' | 'down') => ip('link', 'set', outside, state),
    };
  });
  return { address: `${subnet}.1`, machines };
}

/** A script of this folder, on that machine. */
function startOn(t: TestContext, machine: string, script: string, databaseUrl: string) {
  const command = ['netns', 'exec', machine, process.execPath];
  const child = spawn('ip', [...command, join(import.meta.dirname, script), databaseUrl], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Resolves when the worker has done `count` files. */
async function hasDone(worker: ChildProcess, count: number): Promise<void> {
  let done = 0;
  for await (const _ of createInterface({ input: worker.stdout! })) if (++done === count) break;
  worker.stdout!.resume();
}

test(
  'of four workers one is killed and one cut off, and the count is exact',
  { skip },
  async (t) => {
    const { address, machines } = network(t, 4);
    const server = await startPostgres({ isDurable: true, listen: [address] });
    t.after(() => server.close());
    const folder = await temporaryFolder(t);
    for (let i = 0; i < files; i += 1) await write(join(folder, `${i}.wav`), wav(100 + 3 * i));
    await write(join(folder, 'bad.wav'), 'nothing');
    const databaseUrl = server.urlFrom('127.0.0.1');
    const library = await openLibrary({ dataDirectory: await temporaryFolder(t), databaseUrl });
    t.after(() => library.close());
    await library.scan([folder]);

    const start = ({ name }: (typeof machines)[0]) => {
      const worker = startOn(t, name, 'work-process.ts', server.urlFrom(address));
      return { worker, ended: once(worker, 'exit') };
    };
    const [killed, cutOff] = machines.slice(0, 2).map(start);
    await Promise.all([hasDone(killed!.worker, 5), hasDone(cutOff!.worker, 5)]);
    // Not before: two that are quick would leave nothing.
    const others = machines.slice(2).map(start);
    for (const { worker } of others) worker.stdout!.resume();
    killed!.worker.kill('SIGKILL');
    machines[1]!.link('down');
    assert.ok((await library.status()).models[0]!.pending > 0, 'the workers were too fast');
    for (const { ended } of others) assert.deepEqual(await ended, [0, null]);

    const status = async () => (await library.status()).models;
    const complete = [{ modelId: 'statistics', analysed: files, failed: 1, pending: 0 }];
    assert.deepEqual(await status(), complete);
    // What the worker still had in hand comes too late, and changes nothing.
    machines[1]!.link('up');
    assert.deepEqual(await cutOff!.ended, [0, null]);
    assert.deepEqual(await status(), complete);
    const failures = await library.failures();
    assert.deepEqual(
      failures.map(({ code, attempts }) => [code, attempts]),
      [['NOT_AUDIO', 1]],
    );
  },
);

test(
  'who waits for an answer hears that the connection was lost while the network was away',
  { skip },
  async (t) => {
    const { address, machines } = network(t, 1);
    const [{ name, address: asker, link }] = machines as [(typeof machines)[0]];
    const server = await startPostgres({ listen: [address] });
    t.after(() => server.close());
    const asking = startOn(t, name, 'ask-slowly.ts', server.urlFrom(address));
    const said = createInterface({ input: asking.stdout })[Symbol.asyncIterator]();
    const sleeping = async () => {
      const active = "select pid from pg_stat_activity where query like 'select pg_sleep%'";
      return (await query(server.urlFrom('127.0.0.1'), `${active} and state = 'active'`)).length;
    };
    while ((await sleeping()) === 0) await wait(50);
    link('down');
    while ((await sleeping()) > 0) await wait(50);
    // The server forgets the connection, as it does when nobody takes its last words.
    spawnSync('ss', ['--kill', 'dst', asker], { stdio: 'ignore' });
    const left = execFileSync('ss', ['-Htn', 'dst', asker], { encoding: 'utf8' });
    if (left !== '') return t.skip('this kernel ends no connections');
    link('up');
    assert.equal((await said.next()).value, 'DATABASE_AWAY');
  },
);

test('a library whose server is cut off can still be closed', { skip }, async (t) => {
  const { address, machines } = network(t, 1);
  const [{ name, link }] = machines as [(typeof machines)[0]];
  const server = await startPostgres({ listen: [address] });
  t.after(() => server.close());
  const closing = startOn(t, name, 'close-when-told.ts', server.urlFrom(address));
  const said = createInterface({ input: closing.stdout })[Symbol.asyncIterator]();
  assert.equal((await said.next()).value, 'open');
  link('down');
  closing.stdin.end('close');
  assert.deepEqual(await once(closing, 'exit'), [0, null]);
});
