/** `npm run benchmark -w packages/models`: CPU time of the shipped model a window, by batch size. */
import os from 'node:os';
import { frontEndFrames } from '@consonance/audio';
import { defaultModelDirectory } from '../src/default-model.ts';
import { loadEmbedder } from '../src/embedder.ts';
import { tensorflowInfo } from '../src/tensorflow.ts';

const embedder = await loadEmbedder(defaultModelDirectory);
const { melBands } = embedder.frontEnd;
const cells = melBands * frontEndFrames(embedder.frontEnd);
const { version, device } = tensorflowInfo();
console.log(
  `${os.cpus().length} x ${os.cpus()[0]?.model}, TensorFlow ${version} on the ${device}, model ${embedder.modelId}`,
);
for (const batch of [1, 2, 4, 8, 16]) {
  const mels = Array.from({ length: batch }, (_, b) =>
    Float32Array.from({ length: cells }, (_, i) => -((i * (b + 3)) % 80)),
  );
  const track = [mels.map((mel, i) => ({ startSeconds: i, mel }))];
  const costs: { wall: number; cpu: number }[] = [];
  for (let run = 0; run < 12; run++) {
    const [before, started] = [process.cpuUsage(), performance.now()];
    await embedder.embed(track);
    const { user, system } = process.cpuUsage(before);
    costs.push({
      wall: (performance.now() - started) / batch,
      cpu: (user + system) / 1000 / batch,
    });
  }
  const median = (key: 'wall' | 'cpu') =>
    costs
      .slice(2)
      .map((cost) => cost[key])
      .sort((a, b) => a - b)[5]!;
  console.log(
    `batch ${String(batch).padStart(2)}: ${median('cpu').toFixed(1)} ms of CPU, ${median('wall').toFixed(1)} ms a window`,
  );
}
