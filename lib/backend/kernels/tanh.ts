/** tfjs's kernel Tanh, and TanhGrad, its gradient in one go (TensorFlow has one of that name; tfjs composes it of three). */

import { tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface TanhArgs {
  readonly inputs: { readonly x: TensorInfo };
  readonly backend: WasmBackend;
}

interface TanhGradArgs {
  readonly inputs: { readonly y: TensorInfo; readonly dy: TensorInfo };
  readonly backend: WasmBackend;
}

export const tanhKernel: Kernel<TanhArgs> = {
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

/** dy ∘ (1 − y²) with y = tanh(x). */
export const tanhGradKernel: Kernel<TanhGradArgs> = {
  name: 'TanhGrad',
  run({ inputs: { y, dy }, backend }) {
    const heap = heapOf(backend);
    const out = heap.output(y.shape);
    const count = tf.util.sizeFromShape(y.shape);
    heap.kernels.descendThrough(heap.kernels.TANH.value, heap.at(y), heap.at(dy), heap.at(out), count);
    return out;
  },
};
