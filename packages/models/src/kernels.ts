/**
 * TensorFlow's own fused kernels, with their gradients. tfjs builds these from chains of small
 * operations, whose gradients dominate the training time on a CPU.
 */
import {
  nodeBackend,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tf,
} from './tensorflow.ts';

const float = (name: string) => ({
  name,
  type: nodeBackend().binding.TF_ATTR_TYPE,
  value: nodeBackend().binding.TF_FLOAT,
});
const number = (name: string, value: number) => ({
  name,
  type: nodeBackend().binding.TF_ATTR_FLOAT,
  value,
});
const layout = () => ({
  name: 'data_format',
  type: nodeBackend().binding.TF_ATTR_STRING,
  value: 'NHWC',
});
const training = (value: boolean) => ({
  name: 'is_training',
  type: nodeBackend().binding.TF_ATTR_BOOL,
  value,
});
const execute = (
  name: string,
  attributes: { name: string; type: number; value: unknown }[],
  inputs: Tensor[],
  outputs: number,
): Tensor[] => nodeBackend().executeMultipleOutputs(name, attributes, inputs, outputs);

export const batchNormEpsilon = 1e-3;

/** Batch normalisation with given statistics (FusedBatchNormV3, inference). x: batch x h x w x channels. */
export function normalizeWith(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
): Tensor4D {
  return tf.batchNorm4d(x, mean, variance, offset, scale, batchNormEpsilon);
}

/**
 * Batch normalisation with the statistics of the batch (FusedBatchNormV3, training).
 *
 * @param x batch x height x width x channels
 * @param onStatistics receives mean and (unbiased) variance of the batch, one number per channel, for
 * the running averages; it must not keep the tensors.
 */
export function normalizeBatch(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  onStatistics: (mean: Tensor1D, variance: Tensor1D) => void,
): Tensor4D {
  const normalize = tf.customGrad((...args: unknown[]) => {
    const [x, scale, offset, save] = args as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const none = tf.zeros([0]);
    const attributes = [
      ...[float('T'), float('U'), number('epsilon', batchNormEpsilon)],
      ...[number('exponential_avg_factor', 1), layout(), training(true)],
    ];
    const [y, mean, variance, ...reserved] = execute(
      'FusedBatchNormV3',
      attributes,
      [x, scale, offset, none, none],
      6,
    );
    onStatistics(mean as Tensor1D, variance as Tensor1D);
    save([x, scale, ...reserved]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const attributes = [
        float('T'),
        float('U'),
        number('epsilon', batchNormEpsilon),
        layout(),
        training(true),
      ];
      return execute('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3);
    };
    return { value: y!, gradFunc };
  });
  return normalize(x, scale, offset) as Tensor4D;
}

/** What oneDNN's kernels carry as a label: TensorFlow's own have the same names without it. */
const isOneDnn = () => ({
  name: '_kernel',
  type: nodeBackend().binding.TF_ATTR_STRING,
  value: 'MklNameChangeOp',
});

type Pool = readonly [height: number, width: number];

function poolAttributes([height, width]: Pool) {
  const { binding } = nodeBackend();
  const text = (name: string, value: string) => ({ name, type: binding.TF_ATTR_STRING, value });
  const sizes = (name: string) => ({
    name,
    type: binding.TF_ATTR_INT,
    value: [1, height, width, 1],
  });
  const workspace = { name: 'workspace_enabled', type: binding.TF_ATTR_BOOL, value: true };
  return [
    ...[sizes('ksize'), sizes('strides'), text('padding', 'VALID'), layout()],
    ...[float('T'), workspace, isOneDnn()],
  ];
}

/**
 * Max pooling by oneDNN, which remembers where the maxima were: its gradient takes a twelfth of the time of
 * TensorFlow's, which looks for them again in a single thread.
 */
const oneDnnMaxPool = (x: Tensor4D, pool: Pool): Tensor4D =>
  tf.customGrad((...args: unknown[]) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const attributes = poolAttributes(pool);
    const [y, places] = execute('_MklNativeMaxPool', attributes, [x], 2);
    save([x, y!, places!]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [x, y, places] = saved as [Tensor, Tensor, Tensor];
      return execute('_MklNativeMaxPoolGrad', attributes, [x, y, dy, places], 1);
    };
    return { value: y!, gradFunc };
  })(x) as Tensor4D;

let hasOneDnn: boolean | undefined;

/** TensorFlow on a GPU or on another processor than x86 comes without. */
function canUseOneDnn(): boolean {
  if (nodeBackend().isUsingGpuDevice) return false;
  try {
    tf.tidy(() =>
      tf.grad((x) => tf.sum(oneDnnMaxPool(x as Tensor4D, [2, 2])))(tf.ones([1, 2, 2, 1])),
    );
    return true;
  } catch {
    return false;
  }
}

/**
 * Max pooling without overlap.
 *
 * @param x batch x height x width x channels; rows and columns that fill no cell are dropped
 */
export function maxPool(x: Tensor4D, pool: Pool): Tensor4D {
  hasOneDnn ??= canUseOneDnn();
  return hasOneDnn ? oneDnnMaxPool(x, pool) : tf.maxPool(x, [...pool], [...pool], 'valid');
}

/** Weights of a GRU with `units` outputs over `inputs` numbers per step. */
export interface GruWeights {
  /** (inputs + units) x 2 units: reset and update gate, of [input, state]. */
  gates: Tensor2D;
  /** 2 units. */
  gatesBias: Tensor1D;
  /** (inputs + units) x units: candidate, of [input, reset * state]. */
  candidate: Tensor2D;
  /** units. */
  candidateBias: Tensor1D;
}

/**
 * A GRU over a sequence (Cho et al. 2014: the reset gate acts before the multiplication), one
 * GRUBlockCell kernel a step and one GRUBlockCellGrad back; the weights' gradients are two matrix
 * products over all steps.
 *
 * @param x batch x steps x inputs
 * @returns the states, batch x steps x units, starting from a state of zeros
 */
export function gru(x: Tensor3D, weights: GruWeights): Tensor3D {
  const run = tf.customGrad((...args: unknown[]) => {
    const [x, gates, gatesBias, candidate, candidateBias, save] = args as [
      Tensor3D,
      Tensor2D,
      Tensor1D,
      Tensor2D,
      Tensor1D,
      (tensors: Tensor[]) => void,
    ];
    const [batch, steps] = x.shape;
    const units = candidateBias.size;
    const inputs = tf.unstack(x, 1) as Tensor2D[];
    const states: Tensor[] = [tf.zeros([batch, units])];
    const resets: Tensor[] = [];
    const updates: Tensor[] = [];
    const candidates: Tensor[] = [];
    for (const input of inputs) {
      const cell = [input, states.at(-1)!, gates, candidate, gatesBias, candidateBias];
      const [reset, update, proposed, state] = execute('GRUBlockCell', [float('T')], cell, 4);
      resets.push(reset!);
      updates.push(update!);
      candidates.push(proposed!);
      states.push(state!);
    }
    save([
      gates,
      gatesBias,
      candidate,
      candidateBias,
      ...inputs,
      ...states,
      ...resets,
      ...updates,
      ...candidates,
    ]);

    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [gates, gatesBias, candidate, candidateBias, ...rest] = saved as Tensor[];
      const take = (count: number) => rest.splice(0, count);
      const inputs = take(steps);
      const states = take(steps + 1);
      const resets = take(steps);
      const updates = take(steps);
      const candidates = take(steps);
      const outputGradients = tf.unstack(dy as Tensor3D, 1);
      const inputGradients: Tensor[] = [];
      const gateGradients: Tensor[] = [];
      const candidateGradients: Tensor[] = [];
      let stateGradient: Tensor = tf.zerosLike(states[0]!);
      for (let step = steps - 1; step >= 0; step--) {
        const [dInput, dState, dCandidate, dGates] = execute(
          'GRUBlockCellGrad',
          [float('T')],
          [
            ...[inputs[step]!, states[step]!, gates!, candidate!, gatesBias!, candidateBias!],
            ...[resets[step]!, updates[step]!, candidates[step]!],
            tf.add(outputGradients[step]!, stateGradient),
          ],
          4,
        );
        stateGradient = dState!;
        inputGradients.unshift(dInput!);
        gateGradients.unshift(dGates!);
        candidateGradients.unshift(dCandidate!);
      }
      const before = tf.concat(states.slice(0, steps), 0);
      const allInputs = tf.concat(inputs, 0);
      const dGates = tf.concat(gateGradients, 0);
      const dCandidates = tf.concat(candidateGradients, 0);
      const seen = tf.concat([allInputs, before], 1);
      const seenAfterReset = tf.concat([allInputs, tf.mul(before, tf.concat(resets, 0))], 1);
      return [
        tf.stack(inputGradients, 1),
        tf.matMul(seen as Tensor2D, dGates as Tensor2D, true),
        tf.sum(dGates, 0),
        tf.matMul(seenAfterReset as Tensor2D, dCandidates as Tensor2D, true),
        tf.sum(dCandidates, 0),
      ];
    };
    return { value: tf.stack(states.slice(1), 1), gradFunc };
  });
  const { gates, gatesBias, candidate, candidateBias } = weights;
  return run(x, gates, gatesBias, candidate, candidateBias) as Tensor3D;
}

/**
 * Dropout whose mask is made by TensorFlow (StatelessRandomUniform; tfjs draws each number in
 * JavaScript). The same seed gives the same mask.
 *
 * @param rate share of the cells that become 0, in [0, 1); the others are scaled by 1 / (1 - rate)
 * @param seed 0 to 2^31 - 1
 */
export function dropout<T extends Tensor>(x: T, rate: number, seed: number): T {
  if (rate === 0) return x;
  const { binding } = nodeBackend();
  const type = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
  const [uniform] = execute(
    'StatelessRandomUniform',
    [type('dtype', binding.TF_FLOAT), type('T', binding.TF_INT32), type('Tseed', binding.TF_INT32)],
    [tf.tensor1d(x.shape, 'int32'), tf.tensor1d([seed, 0], 'int32')],
    1,
  );
  const mask = tf.mul(tf.cast(tf.greaterEqual(uniform!, rate), 'float32'), 1 / (1 - rate));
  return tf.mul(x, mask);
}
