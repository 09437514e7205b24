/**
 * `npm run benchmark:train -w packages/models -- <python with torch>`: training clips a second of both networks,
 * beside the same networks in PyTorch (train_speed.py) in the same run, in turns. A step is forward, backward and
 * update: the same batch of random crops, binary cross-entropy, Adam.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { defaultFrontEnd } from '../src/front-end.ts';
import { forward, initialWeights } from '../src/network.ts';
import { type NetworkConfig, parameterCount } from '../src/network-config.ts';
import { architectures, presetNetwork } from '../src/presets.ts';
import {
  type Scalar,
  type Tensor2D,
  type Tensor3D,
  tensorflowInfo,
  tf,
} from '../src/tensorflow.ts';
import { paperLabels } from '../src/data/labels.ts';
import { Adam } from '../src/training/adam.ts';
import { labelLoss } from '../src/training/losses.ts';

const [clips, frames, steps, rounds] = [16, 256, 4, 4];
const python = process.argv[2];
if (!python) throw new Error('Expected a python that can import torch as the argument.');

const twin = spawn(python, [path.join(import.meta.dirname, 'train_speed.py')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface({ input: twin.stdout })[Symbol.asyncIterator]();

interface TwinReply {
  version: string;
  threads: number;
  seconds: number[];
}

async function secondsInTorch(network: NetworkConfig, channelsLast: boolean): Promise<TwinReply> {
  twin.stdin.write(`${JSON.stringify({ ...network, channelsLast, clips, frames, steps })}\n`);
  const { value, done } = await lines.next();
  if (done) throw new Error('The PyTorch process ended.');
  return JSON.parse(value) as TwinReply;
}

function secondsHere(network: NetworkConfig): number[] {
  const weights = initialWeights(network, 1);
  const adam = new Adam(weights);
  const crops = tf.randomNormal([clips, network.melBands, frames]) as Tensor3D;
  const labels = Array.from({ length: clips }, (_, i) => i % network.labels.length);
  const truth = tf
    .oneHot(tf.tensor1d(labels, 'int32'), network.labels.length)
    .toFloat() as Tensor2D;
  let seed = 1;
  const seconds = Array.from({ length: steps }, () => {
    const started = performance.now();
    tf.tidy(() => {
      const training = { nextSeed: () => seed++, momentum: 0.95 };
      const { grads, value } = tf.variableGrads(
        () => labelLoss(forward(network, weights, crops, { training }).logits, truth) as Scalar,
        adam.trained,
      );
      adam.apply(grads, 1e-3);
      value.dataSync();
    });
    return (performance.now() - started) / 1000;
  });
  adam.dispose();
  tf.dispose([...weights.values(), crops, truth]);
  return seconds;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

const { version, device } = tensorflowInfo();
const { version: torch, threads } = await secondsInTorch(
  presetNetwork({
    architecture: 'cnn',
    preset: '0.1M',
    frontEnd: defaultFrontEnd,
    cropFrames: frames,
    labels: paperLabels,
  }),
  false,
);
console.log(
  `${os.cpus().length} x ${os.cpus()[0]?.model}; TensorFlow ${version} on the ${device}, PyTorch ${torch} with ${threads} threads; ` +
    `batches of ${clips} crops of 96 x ${frames}, median of ${rounds * (steps - 1)} steps`,
);
for (const architecture of architectures) {
  const network = presetNetwork({
    architecture,
    preset: '0.5M',
    frontEnd: defaultFrontEnd,
    cropFrames: frames,
    labels: paperLabels,
  });
  const here: number[] = [];
  const contiguous: number[] = [];
  const channelsLast: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // The first step of each warms up.
    here.push(...secondsHere(network).slice(1));
    contiguous.push(...(await secondsInTorch(network, false)).seconds.slice(1));
    channelsLast.push(...(await secondsInTorch(network, true)).seconds.slice(1));
  }
  const [ours, plain, fast] = [here, contiguous, channelsLast].map((all) => clips / median(all));
  const ratio = (theirs: number) => (ours! / theirs).toFixed(2);
  console.log(
    `${architecture} 0.5M (${parameterCount(network)} parameters): ${ours!.toFixed(1)} clips/s; PyTorch ${plain!.toFixed(1)} (ratio ${ratio(plain!)}), ` +
      `channels last ${fast!.toFixed(1)} (ratio ${ratio(fast!)})`,
  );
}
twin.stdin.end();
