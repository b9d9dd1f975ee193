/**
 * The weights of a descent in the dual form: out of the model's list and back into one, and all that a descent holds, as plain data and
 * back.
 */

import { type Tensor, type Tensor2D, tf } from '../../../backend/tf';
import type { SolverState } from '../../../bundle/checkpoint';
import type { DenseLayer } from '../../dense-stack';
import { tensorsOf, valuesOf } from '../../snapshot';
import type { DualWeights } from './descent';

/** W₁(0), which of a descent that goes on the model does not hold any more. */
export function w0Of(kernel: Tensor2D, resumed: SolverState | undefined): Tensor2D {
  return resumed ? (tensorsOf(resumed.start, [kernel])[0] as Tensor2D) : tf.clone(kernel);
}

/** The weights of the descent, A = 0 at the beginning; or all that it held when it was kept. */
export function begin(
  { kernels, biases }: DualWeights,
  rows: number,
  resumed: SolverState | undefined,
  stack: readonly DenseLayer[],
): { weights: DualWeights; velocity: DualWeights | undefined; best: DualWeights | undefined } {
  const a: Tensor2D = tf.zeros([rows, stack[0]?.units as number]);
  const start = cloned({ kernels: [a, ...kernels.slice(1)], biases });
  a.dispose();
  if (!resumed) return { weights: start, velocity: undefined, best: undefined };
  const like = listed(start);
  const read = (values: readonly Float32Array[]): DualWeights => readWeights(tensorsOf(values, like), stack);
  const weights = read(resumed.weights);
  const velocity = resumed.memory.length > 0 ? read(resumed.memory) : undefined;
  disposeWeights(start);
  return { weights, velocity, best: resumed.best ? read(resumed.best) : weights };
}

/** All that the descent holds, as plain data. */
export function stateOf(
  w0: Tensor2D,
  weights: DualWeights,
  velocity: DualWeights | undefined,
  best: DualWeights | undefined,
): SolverState {
  return {
    weights: valuesOf(listed(weights)),
    best: best && best !== weights ? valuesOf(listed(best)) : undefined,
    memory: velocity ? valuesOf(listed(velocity)) : [],
    numbers: new Float64Array(),
    start: valuesOf([w0]),
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
