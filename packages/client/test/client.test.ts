/** The client and its README against a real server with real songs. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { readConfig, type RunningServer, startServer } from '@consonance/api';
import { build } from '../scripts/build.ts';
import { createConsonanceClient, TRPCClientError } from '../src/index.ts';

const run = promisify(execFile);
const packageFolder = path.resolve(import.meta.dirname, '..');
const root = path.resolve(packageFolder, '../..');
let folder: string;
let server: RunningServer;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consonance-client-'));
  const demo = path.join(root, 'demo', 'library', 'jazz');
  for (const file of (await readdir(demo)).sort().slice(0, 4)) {
    await cp(path.join(demo, file), path.join(folder, 'music', file));
  }
  server = await startServer(
    path.join(folder, 'data'),
    { ...readConfig({ port: 0 }, {}), logLevel: 'silent' },
    { webDirectory: folder },
  );
});
after(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a subscription shows an analysis from its start to its end', async () => {
  const client = createConsonanceClient({ url: server.url });
  const states: string[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    const subscription = client.analysis.progress.subscribe(undefined, {
      onData({ state, done }) {
        states.push(state);
        if (state !== 'idle' || done === 0) return;
        subscription.unsubscribe();
        resolve();
      },
      onError: reject,
    });
  });
  await server.consonance.addFolder(path.join(folder, 'music'));
  await finished;
  assert.ok(states.includes('analysing'), states.join(' '));
  const { analysed, failed } = await client.library.status.query();
  assert.deepEqual([analysed, failed], [4, 0]);
});

test('as it is published, the example of its README type-checks and runs in an empty project', async () => {
  const project = path.join(folder, 'project');
  const modules = path.join(project, 'node_modules');
  const installed = path.join(modules, '@consonance', 'client');
  await build(path.join(folder, 'dist'));
  await mkdir(installed, { recursive: true });
  const { stdout: packed } = await run('npm', ['pack', '--silent', path.join(folder, 'dist')], {
    cwd: folder,
  });
  const tarball = path.join(folder, packed.trim());
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components', '1']);
  assert.deepEqual((await readdir(installed)).sort(), [
    ...['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'package.json', 'router.d.ts'],
  ]);
  assert.doesNotMatch(
    await readFile(path.join(installed, 'router.d.ts'), 'utf8'),
    /@consonance|fastify|zod|kysely|\bany\b/,
  );
  // Only what it says that it needs, and what its example does.
  const { dependencies } = JSON.parse(
    await readFile(path.join(installed, 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  for (const name of [...Object.keys(dependencies), '@types/node']) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  const readme = await readFile(path.join(installed, 'README.md'), 'utf8');
  const [, example] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  assert.ok(example);
  const wrong = `import { createConsonanceClient } from '@consonance/client';
    // @ts-expect-error: the types know what there is
    await createConsonanceClient({ url: '' }).recommend.similar.query({ id: 1, method: 'none' });`;
  await writeFile(path.join(project, 'example.ts'), example);
  await writeFile(path.join(project, 'wrong.ts'), wrong);
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
    // As `tsc --init` has it: tRPC's own types name packages that only servers have.
    skipLibCheck: true,
  };
  await writeFile(path.join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  await run(path.join(root, 'node_modules', '.bin', 'tsc'), ['-p', project]).catch(
    ({ stdout }: { stdout: string }) => assert.fail(stdout),
  );
  const { stdout } = await run(process.execPath, [path.join(project, 'example.js')], {
    env: { ...process.env, CONSONANCE_URL: server.url },
  });
  const lines = stdout.trim().split('\n');
  assert.equal(lines.length, 2, stdout);
  for (const line of lines) assert.match(line, /^-?\d\.\d{3} .+ - .+: sounds like .+/);
});

test('what the server refuses says what it was and which request', async () => {
  const client = createConsonanceClient({ url: server.url });
  await assert.rejects(client.library.track.query({ id: '0'.repeat(12) }), (error) => {
    assert.ok(error instanceof TRPCClientError);
    assert.match(error.message, /received "000000000000"/);
    assert.equal(error.data.code, 'NOT_FOUND');
    assert.equal(error.data.reason, 'UNKNOWN_SONG');
    assert.match(error.data.requestId, /^[0-9a-f-]{36}$/);
    return true;
  });
});

test('an input that is too long for a URL arrives all the same', async () => {
  const client = createConsonanceClient({ url: server.url });
  const { tracks } = await client.library.tracks.query({});
  const seedIds = Array.from({ length: 500 }, () => tracks[0]!.id);
  const { recommendations } = await client.recommend.bySeeds.query({ seedIds });
  assert.equal(recommendations.length, 3);
});

test('no server code is loaded', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) { console.log(name); return next(name, context); } });
    await import(${JSON.stringify(path.join(packageFolder, 'src', 'index.ts'))});`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  const loaded = stdout.trim().split('\n');
  assert.ok(loaded.includes('@trpc/client'));
  assert.deepEqual(
    loaded.filter((name) => /^@consonance|fastify|^zod|pglite|^node-av/.test(name)),
    [],
  );
});
