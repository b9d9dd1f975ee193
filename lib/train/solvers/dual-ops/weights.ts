/**
 * The weights of a descent in the dual form: out of the model's list and back into one, and all that a descent holds, as plain data and
 * back.
 */

import { type Tensor, type Tensor2D, tf } from '../../../backend/tf';
import type { LiveArray, SolverState } from '../../../bundle/checkpoint';
import type { Continuation } from '../../continuation';
import type { DenseLayer } from '../../dense-stack';
import { liveValuesOf, tensorsOf } from '../../snapshot';
import type { DualWeights } from './descent';

/** What a descent begins with. */
interface Beginning {
  /** W₁(0), which of a descent that goes on the model does not hold any more. */
  readonly w0: Tensor2D;
  readonly weights: DualWeights;
  readonly velocity: DualWeights | undefined;
  readonly best: DualWeights | undefined;
}

/** The weights of the model with A = 0; or all that a descent held when it was kept. */
export function begin(
  { kernels, biases }: DualWeights,
  rows: number,
  resumed: Continuation | undefined,
  stack: readonly DenseLayer[],
): Beginning {
  const [w1, ...others] = kernels as [Tensor2D, ...Tensor2D[]];
  const a: Tensor2D = tf.zeros([rows, stack[0]?.units as number]);
  const start = cloned({ kernels: [a, ...others], biases });
  a.dispose();
  const kept = resumed?.take((state): Beginning => {
    const like = listed(start);
    const read = (values: readonly Float32Array[]): DualWeights => readWeights(tensorsOf(values, like), stack);
    const weights = read(state.weights);
    const velocity = state.memory.length > 0 ? read(state.memory) : undefined;
    const w0 = tensorsOf(state.start, [w1])[0] as Tensor2D;
    return { w0, weights, velocity, best: state.best ? read(state.best) : weights };
  });
  if (kept) disposeWeights(start);
  return kept ?? { w0: tf.clone(w1), weights: start, velocity: undefined, best: undefined };
}

/** All that the descent holds, to be read before the next iteration. */
export function liveState(
  w0: Tensor2D,
  weights: DualWeights,
  velocity: DualWeights | undefined,
  best: DualWeights | undefined,
): SolverState<LiveArray> {
  return {
    weights: liveValuesOf(listed(weights)),
    best: best && best !== weights ? liveValuesOf(listed(best)) : undefined,
    memory: velocity ? liveValuesOf(listed(velocity)) : [],
    numbers: new Float64Array(),
    start: liveValuesOf([w0]),
  };
}

/** Kernels and biases out of the model's list. */
export function readWeights(weights: readonly Tensor[], stack: readonly DenseLayer[]): DualWeights {
  let next = 0;
  const kernels: Tensor2D[] = [];
  const biases: (Tensor | undefined)[] = [];
  for (const { useBias } of stack) {
    kernels.push(weights[next++] as Tensor2D);
    biases.push(useBias ? weights[next++] : undefined);
  }
  return { kernels, biases };
}

/** The way back: weights in the order of the model's list. */
function listed({ kernels, biases }: DualWeights): Tensor[] {
  return kernels.flatMap((kernel, l) => (biases[l] ? [kernel, biases[l]] : [kernel]));
}

function cloned({ kernels, biases }: DualWeights): DualWeights {
  return { kernels: kernels.map((kernel) => tf.clone(kernel)), biases: biases.map((bias) => bias && tf.clone(bias)) };
}

export function disposeWeights(weights: DualWeights): void {
  tf.dispose(listed(weights));
}
