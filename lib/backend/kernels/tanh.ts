/** tfjs's kernel Tanh. */

import { tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface Args {
  readonly inputs: { readonly x: TensorInfo };
  readonly backend: WasmBackend;
}

export const tanhKernel: Kernel<Args> = {
  name: 'Tanh',
  run({ inputs: { x }, backend }) {
    if (x.dtype !== 'float32') return undefined;
    const heap = heapOf(backend);
    const out = heap.output(x.shape);
    const count = tf.util.sizeFromShape(x.shape);
    heap.kernels.activate(heap.kernels.TANH.value, heap.at(x), heap.at(out), count);
    return out;
  },
};
