/** tfjs's kernel GatherV2: pieces of a tensor by their indices, as `fit` takes the rows of a batch; one copy for each piece. */

import { tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface Args {
  readonly inputs: { readonly x: TensorInfo; readonly indices: TensorInfo };
  readonly attrs: { readonly axis: number | number[]; readonly batchDims?: number };
  readonly backend: WasmBackend;
}

export const gatherKernel: Kernel<Args> = {
  name: 'GatherV2',
  run({ inputs: { x, indices }, attrs: { axis, batchDims = 0 }, backend }) {
    if (batchDims !== 0 || indices.dtype !== 'int32') return undefined;
    const [along] = tf.util.parseAxisParam(axis, x.shape) as [number];
    const rows = x.shape[along] as number;
    const wanted = backend.readSync(indices.dataId) as Int32Array;
    if (wanted.some((index) => index < 0 || index >= rows)) return undefined; // the stock kernel has words for it
    const before = x.shape.slice(0, along);
    const after = x.shape.slice(along + 1);
    const heap = heapOf(backend);
    const out = heap.output([...before, ...indices.shape, ...after], x.dtype);
    heap.kernels.gatherRows(
      ...([heap.at(x), heap.at(indices), heap.at(out)] as const),
      ...([tf.util.sizeFromShape(before), rows, wanted.length] as const),
      tf.util.sizeFromShape(after) * tf.util.bytesPerElement(x.dtype),
    );
    return out;
  },
};
