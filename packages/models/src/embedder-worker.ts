/** The child process of `startEmbedder`. */
import { readMels } from '@consonance/audio';
import type { EmbedReply, EmbedRequest } from './embedder-process.ts';
import { openEmbedder } from './embedders/load.ts';
import { ModelError } from './errors.ts';

const reply = (message: EmbedReply) => process.send!(message);

const embedder = await openEmbedder(process.argv[2]!);
async function answer({ id, tracks }: EmbedRequest): Promise<void> {
  try {
    reply({ id, result: await embedder.embed(readMels(tracks)) });
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'CRASHED';
    reply({ id, error: { code, message: error instanceof Error ? error.message : String(error) } });
  }
}

// One after the other: spectrograms that were read are valid until the next are.
let answered = Promise.resolve();
process.on('message', (request: EmbedRequest) => {
  answered = answered.then(() => answer(request));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches the whole group; the parent decides when to end.
process.on('SIGINT', () => {});
reply({ ready: true });
