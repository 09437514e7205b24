import { expected } from '../errors.ts';
import type { Weights } from '../network.ts';
import { type NamedTensor } from '../tensor-file.ts';
import { type Tensor, type Variable, tf } from '../tensorflow.ts';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-7;

/**
 * Adam (Kingma and Ba 2015), with a learning rate for each step and a state that can be saved: tfjs's
 * own keeps both to itself.
 */
export class Adam {
  readonly #weights: Weights;
  readonly #moments: Map<string, { first: Variable; second: Variable }>;
  #steps = 0;

  /** @param weights all weights of a network; those without gradients are left alone */
  constructor(weights: Weights) {
    this.#weights = weights;
    this.#moments = new Map(
      [...weights]
        .filter(([, weight]) => weight.trainable)
        .map(([name, { shape }]) => [name, { first: zeros(shape), second: zeros(shape) }]),
    );
  }

  get trained(): Variable[] {
    return [...this.#moments.keys()].map((name) => this.#weights.get(name)!);
  }

  /** @param gradients by the variables' own names, as `tf.variableGrads` gives them */
  apply(gradients: Record<string, Tensor>, learningRate: number): void {
    this.#steps++;
    const rate = (learningRate * Math.sqrt(1 - beta2 ** this.#steps)) / (1 - beta1 ** this.#steps);
    tf.tidy(() => {
      for (const [name, { first, second }] of this.#moments) {
        const weight = this.#weights.get(name)!;
        const gradient = gradients[weight.name]!;
        first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
        second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
        const change = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon));
        weight.assign(tf.sub(weight, change));
      }
    });
  }

  save(): NamedTensor[] {
    const tensor = (name: string, value: Variable): NamedTensor => ({
      name,
      shape: value.shape,
      values: value.dataSync() as Float32Array,
    });
    return [
      { name: 'adam/steps', shape: [1], values: Float32Array.of(this.#steps) },
      ...[...this.#moments].flatMap(([name, { first, second }]) => [
        tensor(`adam/first/${name}`, first),
        tensor(`adam/second/${name}`, second),
      ]),
    ];
  }

  /** @throws ModelError BAD_MODEL when the file's tensors are not those of `save` */
  load(tensors: readonly NamedTensor[], file: string): void {
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const read = (name: string, shape: number[]) => {
      const tensor = byName.get(name);
      if (tensor?.shape.join() === shape.join()) return tensor.values;
      throw expected(
        'BAD_MODEL',
        `the shape [${shape}]`,
        `${name} of ${file}`,
        tensor?.shape ?? null,
      );
    };
    const set = (name: string, variable: Variable) =>
      tf.tidy(() => variable.assign(tf.tensor(read(name, variable.shape), variable.shape)));
    this.#steps = read('adam/steps', [1])[0]!;
    for (const [name, { first, second }] of this.#moments) {
      set(`adam/first/${name}`, first);
      set(`adam/second/${name}`, second);
    }
  }

  dispose(): void {
    for (const { first, second } of this.#moments.values()) tf.dispose([first, second]);
  }
}

const zeros = (shape: number[]): Variable => {
  const value = tf.zeros(shape);
  const variable = tf.variable(value, false);
  value.dispose();
  return variable;
};
