/** The connection that listens, to servers that PostgreSQL can become but no test makes of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { serverChanges } from '../src/changes.ts';

function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const welcome = message('R', '\0\0\0\0');
const ready = message('Z', 'I');

/** Says `answer` to every statement, and nothing to a goodbye. */
async function startServer(t: TestContext, answer: Buffer) {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.concat([welcome, ready]));
      socket.on('data', ([type]) => {
        if (type === 'Q'.charCodeAt(0)) socket.write(Buffer.concat([answer, ready]));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const changes = serverChanges(null as never, { host: '127.0.0.1', port, user: 'nobody' });
  t.after(() => changes.close());
  return { server, changes };
}

test('a server that refuses to let listen, as a hot standby does, is left before it is asked again', async (t) => {
  const refusal = message('E', 'SERROR\0C25006\0Mnot during recovery\0\0');
  const { server, changes } = await startServer(t, refusal);
  changes.listen(() => {});
  const [first] = (await once(server, 'connection')) as [Socket];
  const left = once(first, 'end').then(() => 'left');
  first.once('end', () => first.end());
  assert.equal(await Promise.race([left, once(server, 'connection')]), 'left');
});

test('a server that does not take leave is not waited for', { timeout: 20_000 }, async (t) => {
  const { changes } = await startServer(t, message('C', 'LISTEN\0'));
  await new Promise<void>((resolve) => changes.listen(() => resolve()));
  await changes.close();
});
