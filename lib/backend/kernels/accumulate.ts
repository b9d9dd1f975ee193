/** A sum of tensors that grows term by term, a kernel of facemark's own: tfjs's `add` makes a third tensor of two, each as large as a network's weights. */

import { type Tensor, tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import { hasKernel, type Kernel } from './kernel';
import { type NodeArgs, numberType } from './tensorflow-ops';
import { valueIn, variableOf } from './tensorflow-variables';

export const ACCUMULATE = 'FacemarkAccumulate';

/**
 * sum + x, which takes the place of both: they are disposed of.
 *
 * @param sum in float32, whose memory nobody else holds on to
 * @param x of the same shape
 */
export function accumulated(sum: Tensor, x: Tensor): Tensor {
  const both = hasKernel(ACCUMULATE) ? (tf.engine().runKernel(ACCUMULATE, { sum, x }) as Tensor) : tf.add(sum, x);
  tf.dispose([sum, x]);
  return both;
}

interface Args {
  readonly inputs: Readonly<Record<'sum' | 'x', TensorInfo>>;
  readonly backend: WasmBackend;
}

/** For WASM. */
export const accumulateKernel: Kernel<Args> = {
  name: ACCUMULATE,
  run({ inputs: { sum, x }, backend }) {
    const heap = heapOf(backend);
    heap.kernels.accumulate(heap.at(sum), heap.at(x), tf.util.sizeFromShape(sum.shape));
    return heap.again(sum);
  },
};

/** For tfjs-node; the sum that came in is disposed of. */
export function accumulateByTensorFlow({ inputs: { sum, x }, backend }: NodeArgs<Record<'sum' | 'x', Tensor>>): Tensor {
  const variable = variableOf(sum, backend);
  backend.executeMultipleOutputs('AssignAddVariableOp', [numberType(backend, 'dtype')], [variable, x], 0);
  return valueIn(variable, backend);
}
