/**
 * A step of Adam with decoupled weight decay for one variable, a kernel of facemark's own: composed of tfjs's ops it is fourteen of them.
 *
 *     m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²;  w ← (1 − η λ) w − η m̂ / (√ŝ + ε), with m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ)
 *
 * Nothing is written over old weights: snapshots share their memory, and tfjs keeps packed copies of weights by tensor. New ones take the place of the
 * gradient, which is of no use any more; means and squares are the optimizer's alone, and change where they lie.
 */

import { type Tensor, tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import { hasKernel, type Kernel } from './kernel';

const NAME = 'FacemarkAdam';

/** Of one shape, in float32. */
type Inputs<T> = Readonly<Record<'weights' | 'gradient' | 'mean' | 'square', T>>;

interface Attrs {
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

/** Whether the current backend has the kernel. */
export function hasAdam(): boolean {
  return hasKernel(NAME);
}

/**
 * The weights after a step, on a backend that has the kernel. Means and squares are changed in place, so that nobody else may hold on to
 * their memory; the gradient holds nothing that can be used afterwards.
 */
export function adamStep(inputs: Inputs<Tensor>, attrs: Attrs): Tensor {
  return tf.engine().runKernel(NAME, { ...inputs }, { ...attrs }) as Tensor;
}

interface Args {
  readonly inputs: Inputs<TensorInfo>;
  readonly attrs: Attrs;
  readonly backend: WasmBackend;
}

export const adamKernel: Kernel<Args> = {
  name: NAME,
  run({ inputs: { weights, gradient, mean, square }, attrs, backend }) {
    const heap = heapOf(backend);
    const newWeights = heap.isAlone(gradient) ? heap.again(gradient) : heap.output(weights.shape);
    heap.kernels.adam(
      ...([heap.at(weights), heap.at(gradient), heap.at(mean), heap.at(square)] as const),
      ...([heap.at(newWeights), tf.util.sizeFromShape(weights.shape)] as const),
      ...([attrs.beta1, attrs.beta2, attrs.rate, attrs.correction, attrs.shrink, attrs.epsilon] as const),
    );
    return newWeights;
  },
};
