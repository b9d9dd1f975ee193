/**
 * One step of gradient descent on a stack of dense layers whose first layer is in the dual form: equations 1 to 5 of `dual.ts`.
 * Synchronous; callers wrap it in `tf.tidy`.
 *
 * Shapes: n training rows, m rows of a side, h units of the first layer, o outputs.
 */

import { type Scalar, type Tensor, type Tensor2D, tf } from '../../backend/tf';
import type { Part } from '../../prepare/prepare';
import type { DenseLayer } from '../dense-stack';
import { slopeOf } from './slopes';

/** One part of the data as the dual form sees it. */
export interface Side {
  /** [m, n] X·X_trainᵀ, the products of its rows with the training rows. */
  readonly k: Tensor2D;
  /** [m, h] X·W₁(0). */
  readonly z0: Tensor2D;
  readonly part: Part;
  /** Labelled coordinates, which the loss is divided by. */
  readonly labelled: number;
}

/** `kernels[0]` is A [n, h]; the kernels above it and all biases are the model's own. */
export type DualWeights = {
  readonly kernels: Tensor2D[];
  readonly biases: (Tensor | undefined)[];
};

/** Outputs of every layer for the rows of one side: [m, units] each, the network's own output last. */
export function forward({ k, z0 }: Side, { kernels, biases }: DualWeights, stack: readonly DenseLayer[]): Tensor2D[] {
  const activations: Tensor2D[] = [];
  for (const [l, { activation }] of stack.entries()) {
    const kernel = kernels[l] as Tensor2D;
    const product = l === 0 ? tf.add(z0, tf.matMul(k, kernel)) : tf.matMul(activations[l - 1] as Tensor2D, kernel);
    const bias = biases[l];
    activations.push(slopeOf(activation).apply((bias ? tf.add(product, bias) : product) as Tensor2D));
  }
  return activations;
}

/** Mean of (ŷ − y)² over the labelled coordinates. */
export function loss(side: Side, activations: readonly Tensor2D[]): Scalar {
  return tf.div(tf.sum(tf.square(residual(side, activations))), side.labelled);
}

/** W ← W − η ∂E/∂W for every weight, from the outputs of the layers on the training side. */
export function descend(
  side: Side,
  activations: readonly Tensor2D[],
  { kernels, biases }: DualWeights,
  stack: readonly DenseLayer[],
  learningRate: number,
): DualWeights {
  const step = <T extends Tensor>(weight: T, gradient: Tensor): T => tf.sub(weight, tf.mul(gradient, learningRate));
  const nextKernels = [...kernels];
  const nextBiases = [...biases];
  let upstream: Tensor2D = tf.mul(residual(side, activations), 2 / side.labelled); // ∂E/∂ŷ
  for (let l = stack.length - 1; l >= 0; l--) {
    const { slope } = slopeOf((stack[l] as DenseLayer).activation);
    const delta: Tensor2D = slope ? tf.mul(upstream, slope(activations[l] as Tensor2D)) : upstream;
    const kernel = kernels[l] as Tensor2D;
    const bias = biases[l];
    if (bias) nextBiases[l] = step(bias, tf.sum(delta, 0));
    if (l === 0) {
      nextKernels[0] = step(kernel, delta);
    } else {
      nextKernels[l] = step(kernel, tf.matMul(tf.transpose(activations[l - 1] as Tensor2D), delta));
      upstream = tf.matMul(delta, tf.transpose(kernel));
    }
  }
  return { kernels: nextKernels, biases: nextBiases };
}

/** ŷ − y, and 0 where a coordinate is not labelled. */
function residual({ part }: Side, activations: readonly Tensor2D[]): Tensor2D {
  const error: Tensor2D = tf.sub(activations.at(-1) as Tensor2D, part.y);
  return part.mask ? tf.mul(error, part.mask) : error;
}
