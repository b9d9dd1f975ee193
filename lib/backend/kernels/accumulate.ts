/** A sum of tensors that grows term by term, a kernel of facemark's own: tfjs's `add` makes a third tensor of two, each as large as a network's weights. */

import { type Tensor, tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import { hasKernel, type Kernel } from './kernel';

const NAME = 'FacemarkAccumulate';

/**
 * sum + x, which takes the place of both: they are disposed of.
 *
 * @param sum in float32, whose memory nobody else holds on to
 * @param x of the same shape
 */
export function accumulated(sum: Tensor, x: Tensor): Tensor {
  const both = hasKernel(NAME) ? (tf.engine().runKernel(NAME, { sum, x }) as Tensor) : tf.add(sum, x);
  tf.dispose([sum, x]);
  return both;
}

interface Args {
  readonly inputs: Readonly<Record<'sum' | 'x', TensorInfo>>;
  readonly backend: WasmBackend;
}

export const accumulateKernel: Kernel<Args> = {
  name: NAME,
  run({ inputs: { sum, x }, backend }) {
    const heap = heapOf(backend);
    heap.kernels.accumulate(heap.at(sum), heap.at(x), tf.util.sizeFromShape(sum.shape));
    return heap.again(sum);
  },
};
