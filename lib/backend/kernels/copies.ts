/**
 * tfjs's kernels Tile and Slice where they only copy: along one axis, and of what lies in one piece. The stock ones find the place of every
 * number by divisions, and read the whole tensor for a part of it.
 */

import { tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface TileArgs {
  readonly inputs: { readonly x: TensorInfo };
  readonly attrs: { readonly reps: readonly number[] };
  readonly backend: WasmBackend;
}

export const tileKernel: Kernel<TileArgs> = {
  name: 'Tile',
  run({ inputs: { x }, attrs: { reps }, backend }) {
    const axis = reps.findIndex((rep) => rep !== 1);
    if (reps.length !== x.shape.length || !isPlain(x) || reps.some((rep, i) => rep !== 1 && i !== axis))
      return undefined;
    const heap = heapOf(backend);
    const out = heap.output(
      x.shape.map((size, i) => size * (reps[i] as number)),
      x.dtype,
    );
    const outer = tf.util.sizeFromShape(x.shape.slice(0, Math.max(axis, 0)));
    const bytes = tf.util.sizeFromShape(x.shape.slice(Math.max(axis, 0))) * tf.util.bytesPerElement(x.dtype);
    heap.kernels.repeatPieces(heap.at(x), heap.at(out), outer, reps[axis] ?? 1, bytes);
    return out;
  },
};

interface SliceArgs {
  readonly inputs: { readonly x: TensorInfo };
  readonly attrs: { readonly begin: number | number[]; readonly size: number | number[] };
  readonly backend: WasmBackend;
}

export const sliceKernel: Kernel<SliceArgs> = {
  name: 'Slice',
  run({ inputs: { x }, attrs: { begin, size }, backend }) {
    if (!isPlain(x)) return undefined;
    const [from, sizes] = tf.slice_util.parseSliceParams(x as never, begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(x as never, from, sizes); // the stock kernel leaves numbers of others behind the end
    if (!tf.slice_util.isSliceContinous(x.shape, from, sizes)) return undefined;
    const heap = heapOf(backend);
    const out = heap.output(sizes, x.dtype);
    const element = tf.util.bytesPerElement(x.dtype);
    const offset = tf.slice_util.computeFlatOffset(from, tf.util.computeStrides(x.shape)) * element;
    heap.kernels.copy(heap.at(x) + offset, heap.at(out), tf.util.sizeFromShape(sizes) * element);
    return out;
  },
};

/** Whether a tensor's numbers lie in the heap as they are. */
function isPlain({ dtype }: TensorInfo): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}
