/**
 * One step of gradient descent on a stack of dense layers whose first layer is in the dual form: equations 1 to 5 of `dual.ts`.
 * Synchronous; callers wrap it in `tf.tidy`.
 *
 * Shapes: n training rows, m rows of a side, h units of the first layer, o outputs.
 */

import { type Scalar, type Tensor, type Tensor2D, tf } from '../../../backend/tf';
import type { Part } from '../../../prepare/prepare';
import type { DenseLayer } from '../../dense-stack';
import { residual } from '../residual';
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
  return tf.div(tf.sum(tf.square(residual(activations.at(-1) as Tensor2D, side.part))), side.labelled);
}

/** ∂E/∂W for every weight, from the outputs of the layers on the training side. */
export function gradients(
  side: Side,
  activations: readonly Tensor2D[],
  { kernels, biases }: DualWeights,
  stack: readonly DenseLayer[],
): DualWeights {
  const ofKernels = [...kernels];
  const ofBiases = [...biases];
  let upstream: Tensor2D = tf.mul(residual(activations.at(-1) as Tensor2D, side.part), 2 / side.labelled); // ∂E/∂ŷ
  for (let l = stack.length - 1; l >= 0; l--) {
    const { slope } = slopeOf((stack[l] as DenseLayer).activation);
    const delta: Tensor2D = slope ? tf.mul(upstream, slope(activations[l] as Tensor2D)) : upstream;
    if (biases[l]) ofBiases[l] = tf.sum(delta, 0);
    ofKernels[l] = l === 0 ? delta : tf.matMul(activations[l - 1] as Tensor2D, delta, true);
    if (l > 0) upstream = tf.matMul(delta, kernels[l] as Tensor2D, false, true);
  }
  return { kernels: ofKernels, biases: ofBiases };
}

/** v ← μ v + ∂E/∂W of every weight; without a velocity yet, ∂E/∂W itself. */
export function accelerate(velocity: DualWeights | undefined, gradient: DualWeights, momentum: number): DualWeights {
  if (!velocity) return gradient;
  return each([velocity, gradient], ([v, g]) => tf.add(tf.mul(v, momentum), g));
}

/** W ← W − η v, with Nesterov W ← W − η (∂E/∂W + μ v), of every weight. */
export function descend(
  weights: DualWeights,
  gradient: DualWeights,
  velocity: DualWeights,
  { learningRate, momentum, nesterov }: Rule,
): DualWeights {
  return each([weights, gradient, velocity], ([w, g, v]) =>
    tf.sub(w, tf.mul(nesterov ? tf.add(g, tf.mul(v, momentum)) : v, learningRate)),
  );
}

export interface Rule {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Does the same with every kernel and every bias of several sets of weights. */
function each(sets: readonly DualWeights[], combine: (tensors: [Tensor, Tensor, Tensor]) => Tensor): DualWeights {
  const [first] = sets as [DualWeights];
  const all = (pick: (set: DualWeights) => Tensor | undefined) => sets.map(pick) as [Tensor, Tensor, Tensor];
  return {
    kernels: first.kernels.map((_, l) => combine(all(({ kernels }) => kernels[l])) as Tensor2D),
    biases: first.biases.map((bias, l) => bias && combine(all(({ biases }) => biases[l]))),
  };
}
