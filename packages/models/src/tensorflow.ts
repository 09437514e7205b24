/** The one place that loads TensorFlow. Import `tf` from here and nowhere else: it must not load twice. */
import { createRequire } from 'node:module';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs';
import { ModelError } from './errors.ts';
import type { TensorflowInfo } from './tensorflow-info.ts';

export type {
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Variable,
} from '@tensorflow/tfjs';

// tfjs-node calls helpers that Node removed (23) or deprecated.
Object.assign(util, {
  isNullOrUndefined: (value: unknown) => value == null,
  isArray: Array.isArray,
});
// TensorFlow speaks of its build options on standard error; only errors matter here.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

const require = createRequire(import.meta.url);

function load(): typeof TensorFlow {
  try {
    return require('@tensorflow/tfjs-node-gpu') as typeof TensorFlow;
  } catch (cause) {
    throw new ModelError(
      'NO_TENSORFLOW',
      'TensorFlow could not be loaded. Run "npm run setup" in the project\'s folder; it fetches what is missing.',
      { cause },
    );
  }
}

export const tf = load();

/** What the tfjs-node backend offers beyond the public type. */
export interface NodeBackend {
  binding: {
    TF_ATTR_TYPE: number;
    TF_ATTR_FLOAT: number;
    TF_ATTR_INT: number;
    TF_ATTR_STRING: number;
    TF_ATTR_BOOL: number;
    TF_FLOAT: number;
    TF_INT32: number;
    TF_Version: string;
  };
  isUsingGpuDevice: boolean;
  executeMultipleOutputs(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: TensorFlow.Tensor[],
    outputs: number,
  ): TensorFlow.Tensor[];
}

export const nodeBackend = (): NodeBackend => tf.backend() as unknown as NodeBackend;

export const tensorflowInfo = (): TensorflowInfo => ({
  version: nodeBackend().binding.TF_Version,
  tfjsVersion: tf.version['tfjs-node' as 'tfjs'],
  device: nodeBackend().isUsingGpuDevice ? 'GPU' : 'CPU',
});
