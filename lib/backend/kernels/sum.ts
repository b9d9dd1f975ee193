/** tfjs's kernel Sum, over all but the last axis: the gradients of biases. tfjs's own transposes first. */

import { tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface Args {
  readonly inputs: { readonly x: TensorInfo };
  readonly attrs: { readonly axis: number | number[]; readonly keepDims: boolean };
  readonly backend: WasmBackend;
}

export const sumKernel: Kernel<Args> = {
  name: 'Sum',
  run({ inputs: { x }, attrs: { axis, keepDims }, backend }) {
    const last = x.shape.length - 1;
    const axes = new Set(tf.util.parseAxisParam(axis, x.shape));
    if (x.dtype !== 'float32' || last < 1 || axes.size !== last || axes.has(last)) return undefined;
    const columns = x.shape[last] as number;
    const rows = tf.util.sizeFromShape(x.shape.slice(0, -1));
    const heap = heapOf(backend);
    const out = heap.output(keepDims ? x.shape.map((size, i) => (i < last ? 1 : size)) : [columns]);
    heap.kernels.sumColumns(heap.at(x), heap.at(out), rows, columns);
    return out;
  },
};
