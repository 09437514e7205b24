/** Writes sweep.json, what the shipped model says of the sweep: `node packages/models/test/golden/make-sweep.ts`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { frontEndFrames } from '@consonance/audio';
import { defaultModelDirectory } from '../../src/default-model.ts';
import { loadEmbedder } from '../../src/embedder.ts';
import { sweep } from '../sweep.ts';

const embedder = await loadEmbedder(defaultModelDirectory);
const { frontEnd, modelId } = embedder;
const mel = sweep(frontEnd.melBands, frontEndFrames(frontEnd));
const [song] = await embedder.embed([[{ startSeconds: 0, mel }]]);
const golden = { modelId, embedding: [...song!.embedding], genres: song!.genres };
await writeFile(path.join(import.meta.dirname, 'sweep.json'), `${JSON.stringify(golden)}\n`);
