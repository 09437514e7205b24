import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Library, openLibrary } from '@consonance/library';
import { defaultEmbedder, describeEmbedder, embedderNames } from '@consonance/models';
import { currentModel, listModels, useModel } from '../src/model.ts';

let dataDirectory: string;
let library: Library;
before(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'consonance-model-'));
  library = await openLibrary({ dataDirectory });
});
after(async () => {
  await library.close();
  await rm(dataDirectory, { recursive: true });
});

test('a new library uses the default; another choice stays', async () => {
  assert.equal((await currentModel(library)).name, defaultEmbedder);
  const chosen = await useModel(library, 'timbre');
  assert.equal(chosen.modelId, (await describeEmbedder('timbre')).modelId);
  assert.equal((await currentModel(library)).modelId, chosen.modelId);
});

test('a training run is chosen by its name or folder; when it is gone, another choice helps', async () => {
  const run = path.join(dataDirectory, 'runs', 'mine');
  const { directory, modelId } = await describeEmbedder('crnn-compact');
  await cp(directory, path.join(run, 'model'), { recursive: true });
  for (const choice of ['mine', run, path.join(run, 'model')]) {
    assert.equal((await useModel(library, choice)).modelId, modelId);
  }
  await rm(run, { recursive: true });
  await assert.rejects(currentModel(library), { code: 'BAD_MODEL', message: /mine/ });
  await useModel(library, defaultEmbedder);
  assert.equal((await currentModel(library)).name, defaultEmbedder);
});

test('what is no model is refused, and nothing changes', async () => {
  await assert.rejects(useModel(library, 'nonsense'), {
    code: 'UNKNOWN_MODEL',
    message: /timbre.* but received "nonsense"/,
  });
  assert.equal((await currentModel(library)).name, defaultEmbedder);
});

test('all that ship are listed with what they are', async () => {
  const models = await listModels();
  assert.deepEqual(
    models.map(({ name }) => name),
    embedderNames,
  );
  for (const { modelId, description } of models) assert.ok(modelId && description);
});
