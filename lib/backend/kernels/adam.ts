/**
 * A step of Adam with decoupled weight decay for one variable, in one go where the engine has a kernel for it, or else composed of ops:
 *
 *     m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²;  w ← (1 − η λ) w − η m̂ / (√ŝ + ε), with m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ)
 *
 * Nothing is written over old weights: snapshots share their memory, and tfjs keeps packed copies of weights by tensor. Means and squares change where
 * they lie, and on WASM new weights take the place of the gradient, which is of no use any more. TensorFlow's way stands in `tensorflow-adam.ts`.
 */

import { type Tensor, tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import { hasKernel, type Kernel } from './kernel';

export const ADAM = 'FacemarkAdam';

/** Of one shape, in float32. */
export type AdamInputs<T> = Readonly<Record<'weights' | 'gradient' | 'mean' | 'square', T>>;

export interface AdamAttrs {
  readonly beta1: number;
  readonly beta2: number;
  /** η / (1 − β₁ᵗ) */
  readonly rate: number;
  /** 1 / (1 − β₂ᵗ) */
  readonly correction: number;
  /** 1 − η λ */
  readonly shrink: number;
  readonly epsilon: number;
}

/**
 * What weights, means and squares are after a step. Gradient, mean and square are disposed of: nobody else may hold on to the memory of the
 * last two. The old weights are as they were.
 */
export function adamStep(
  inputs: AdamInputs<Tensor>,
  attrs: AdamAttrs,
): Readonly<Record<'weights' | 'mean' | 'square', Tensor>> {
  const { gradient, mean, square } = inputs;
  const outputs = hasKernel(ADAM) ? tf.engine().runKernel(ADAM, { ...inputs }, { ...attrs }) : composed(inputs, attrs);
  tf.dispose([gradient, mean, square]);
  const [newWeights, newMean, newSquare] = outputs as [Tensor, Tensor, Tensor];
  return { weights: newWeights, mean: newMean, square: newSquare };
}

/** The same in ops that every engine has; [weights, mean, square]. Each equation tidies up after itself: what is in between is as large as the weights. */
export function composed({ weights, gradient, mean, square }: AdamInputs<Tensor>, attrs: AdamAttrs): Tensor[] {
  const { beta1, beta2, rate, correction, shrink, epsilon } = attrs;
  return tf.tidy(() => {
    const newMean = tf.tidy(() => tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
    const newSquare = tf.tidy(() => tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const spread = tf.tidy(() => tf.add(tf.sqrt(tf.mul(newSquare, correction)), epsilon));
    const step = tf.tidy(() => tf.div(tf.mul(newMean, rate), spread));
    spread.dispose();
    return [tf.sub(shrink === 1 ? weights : tf.mul(weights, shrink), step), newMean, newSquare];
  });
}

interface Args {
  readonly inputs: AdamInputs<TensorInfo>;
  readonly attrs: AdamAttrs;
  readonly backend: WasmBackend;
}

/** For WASM. */
export const adamKernel: Kernel<Args> = {
  name: ADAM,
  run({ inputs: { weights, gradient, mean, square }, attrs, backend }) {
    const heap = heapOf(backend);
    const newWeights = heap.isAlone(gradient) ? heap.again(gradient) : heap.output(weights.shape);
    heap.kernels.adam(
      ...([heap.at(weights), heap.at(gradient), heap.at(mean), heap.at(square)] as const),
      ...([heap.at(newWeights), tf.util.sizeFromShape(weights.shape)] as const),
      ...([attrs.beta1, attrs.beta2, attrs.rate, attrs.correction, attrs.shrink, attrs.epsilon] as const),
    );
    return [newWeights, heap.again(mean), heap.again(square)];
  },
};
