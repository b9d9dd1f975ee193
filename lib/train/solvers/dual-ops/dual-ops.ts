/**
 * Full-batch gradient descent in the dual form, written in tf ops: the readable twin of `../dual/`, which is held against it, and what
 * trains where threads are refused.
 *
 * Every update of the first layer's weights lies in the span of the training rows X: W₁(t) = W₁(0) + XᵀA(t). So with
 *
 *     K = X·Xᵀ  and  Z₀ = X·W₁(0)                     (1)  once
 *     h = f(Z₀ + K·A + b₁), …, ŷ = h·W₂ + b₂          (2)  forward
 *     E = mean (ŷ − y)²                               (3)
 *     δ₂ = 2 (ŷ − y) / N,  δ₁ = (δ₂·W₂ᵀ) ∘ f′         (4)  backward
 *     A ← A − η δ₁,  W₂ ← W₂ − η hᵀδ₂,  b ← b − η Σδ  (5)  descend, or with momentum as in `descent.ts`
 *
 * an iteration costs 2·n²·h operations instead of 4·n·d·h, and the weights at the end are those of plain descent to rounding.
 * (2) to (5) are `descent.ts`; the loop, the event loop's turns, and the way back from A to W₁ are here.
 */

import { type Tensor, type Tensor2D, tf } from '../../../backend/tf';
import type { Part } from '../../../prepare/prepare';
import type { Checkpoints } from '../../checkpoints';
import type { DenseLayer } from '../../dense-stack';
import { politely } from '../../event-loop';
import { valuesOf } from '../../snapshot';
import type { Watch } from '../../watch';
import { ENGINE_SPEED, labelsOf, type Problem, type Solution, type Solver, sizesOf, whyNotDualForm } from '../solver';
import { productInBlocks } from './blocks';
import { accelerate, type DualWeights, descend, forward, gradients, loss, type Side } from './descent';
import { slopes } from './slopes';
import { begin, disposeWeights, liveState, readWeights } from './weights';

const OVERHEAD = 2.5e7; // of an iteration, in multiply-adds: some thirty ops, about 1 ms

export const dualOps: Solver = { whyNot, cost, price, solve };

function whyNot(problem: Problem): string | undefined {
  return whyNotDualForm(problem, (activation) => activation in slopes);
}

function cost(problem: Problem, iterations: number): number {
  const { n, m, d, h } = sizesOf(problem);
  return m * n * d + m * d * h + n * d * h + iterations * m * n * h; // K, Z₀, XᵀA, and K·A each time
}

function price(problem: Problem, iterations: number): number {
  const once = cost(problem, 0); // takes twice its arithmetic: the pixels move to the engine, blocks are put together
  return (cost(problem, iterations) + once) / (ENGINE_SPEED[problem.backend] ?? 1) + iterations * OVERHEAD;
}

async function solve(problem: Problem, watch: Watch, checkpoints: Checkpoints): Promise<Solution> {
  const { model, train, validation } = problem;
  const stack = problem.stack as readonly DenseLayer[];
  const breathe = politely();
  const initial = readWeights(model.getWeights(), stack);
  const { w0, ...begun } = begin(initial, train.rows.length, checkpoints.resumed, stack);
  let { weights, velocity, best } = begun;
  let sides: Sides | undefined;
  let activations: Tensor2D[] = [];
  try {
    sides = await makeSides(train, validation, w0);
    const side = sides.train;
    activations = tf.tidy(() => forward(side, weights, stack));
    while (!watch.isOver) {
      const next = iterate(sides, activations, weights, velocity, problem);
      const [training, error] = next.losses.dataSync() as unknown as [number, number];
      next.losses.dispose();
      tf.dispose(activations);
      if (weights !== best) disposeWeights(weights);
      if (velocity) disposeWeights(velocity);
      ({ weights, velocity, activations } = next);
      if (watch.validated(error)) {
        if (best) disposeWeights(best);
        best = weights;
      }
      watch.trained(training);
      await breathe();
      if (checkpoints.isDue) await checkpoints.save(liveState(w0, weights, velocity, best));
    }
    const last = await primal(weights, w0, train.x);
    if (!best || best === weights) return { last, best: best && valuesOf(last) };
    try {
      const kept = await primal(best, w0, train.x);
      const values = valuesOf(kept);
      tf.dispose(kept);
      return { last, best: values };
    } catch (thrown) {
      tf.dispose(last);
      throw thrown;
    }
  } finally {
    tf.dispose(activations);
    if (best && best !== weights) disposeWeights(best);
    disposeWeights(weights);
    if (velocity) disposeWeights(velocity);
    for (const { k, z0 } of Object.values(sides ?? {})) tf.dispose([k, z0]);
    w0.dispose();
  }
}

interface Iterated {
  readonly weights: DualWeights;
  /** Undefined in plain descent. */
  readonly velocity: DualWeights | undefined;
  /** Of the training side. */
  readonly activations: Tensor2D[];
  /** [2] of training and validation. */
  readonly losses: Tensor;
}

interface Sides {
  readonly train: Side;
  readonly validation: Side;
}

/** Equations 2 to 5: an update, and the losses after it. */
function iterate(
  sides: Sides,
  before: Tensor2D[],
  weights: DualWeights,
  velocity: DualWeights | undefined,
  problem: Problem,
): Iterated {
  const stack = problem.stack as readonly DenseLayer[];
  return tf.tidy(() => {
    const gradient = gradients(sides.train, before, weights, stack);
    const faster = problem.momentum > 0 ? accelerate(velocity, gradient, problem.momentum) : undefined;
    const descended = descend(weights, gradient, faster ?? gradient, problem);
    const activations = forward(sides.train, descended, stack);
    const losses = [
      loss(sides.train, activations),
      loss(sides.validation, forward(sides.validation, descended, stack)),
    ];
    return { weights: descended, velocity: faster, activations, losses: tf.stack(losses) };
  });
}

/** Equation 1 for both parts. */
async function makeSides(train: Part, validation: Part, w0: Tensor2D): Promise<Sides> {
  const side = async (part: Part): Promise<Side> => {
    const k = await productInBlocks(part.x, train.x, { transposeB: true });
    return { k, z0: await productInBlocks(part.x, w0), part, labelled: labelsOf(part) };
  };
  return { train: await side(train), validation: await side(validation) };
}

/** W₁ = W₁(0) + XᵀA and the rest, in the order in which the model lists its weights. */
async function primal({ kernels, biases }: DualWeights, w0: Tensor2D, x: Tensor2D): Promise<Tensor[]> {
  const change = await productInBlocks(x, kernels[0] as Tensor2D, { transposeA: true });
  const w1: Tensor2D = tf.add(w0, change);
  change.dispose();
  const all = [w1, ...kernels.slice(1).map((kernel) => tf.clone(kernel))];
  return all.flatMap((kernel, l) => (biases[l] ? [kernel, tf.clone(biases[l])] : [kernel]));
}
