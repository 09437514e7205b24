/** Data flows one way; a package that imports against the stream must fail the lint. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const bin = path.join(root, 'node_modules', '.bin');
const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };

/** Lint errors of a file that exists only for this moment. */
async function lint(file: string, code: string): Promise<string[]> {
  const target = path.join(root, file);
  await writeFile(target, code);
  try {
    const { stdout } = await promisify(execFile)(
      path.join(bin, 'eslint'),
      ['--format=json', target],
      {
        cwd: root,
        env,
      },
    ).catch((error: { stdout: string }) => error);
    const [result] = JSON.parse(stdout) as { messages: { ruleId: string }[] }[];
    return result!.messages.map(({ ruleId }) => ruleId);
  } finally {
    await rm(target);
  }
}

// The rule reads a cached project graph; without one it is skipped, and a stale one hides a violation.
before(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-graph-'));
  await promisify(execFile)(path.join(bin, 'nx'), ['graph', `--file=${folder}/graph.json`], {
    cwd: root,
    env,
  });
  await rm(folder, { recursive: true });
});

const forbidden = [
  ['packages/audio/src', '@consonance/library'],
  ['packages/dsp-native/src', '@consonance/audio'],
  ['packages/models/src', '@consonance/recommender'],
  ['packages/library/src', '@consonance/recommender'],
  ['packages/recommender/src', '@consonance/library'],
  ['packages/statistics/src', '@consonance/recommender'],
  ['packages/engine/src', '@consonance/cli'],
  ['packages/library/src', '@consonance/cli'],
] as const;
for (const [folder, target] of forbidden) {
  test(`${folder} must not import ${target}`, async () => {
    const rules = await lint(`${folder}/boundary-probe.ts`, `import '${target}';\n`);
    assert.ok(rules.includes('@nx/enforce-module-boundaries'), rules.join(', '));
  });
}

test('packages/recommender must not import I/O', async () => {
  for (const target of ['node:fs', 'fs', 'node-av']) {
    const rules = await lint('packages/recommender/src/boundary-probe.ts', `import '${target}';\n`);
    assert.ok(rules.includes('no-restricted-imports'), target);
  }
});

test('an import with the stream passes', async () => {
  const rules = await lint(
    'packages/library/src/boundary-probe.ts',
    "import '@consonance/audio';\n",
  );
  assert.deepEqual(rules, []);
});
