/** Numbers in and out of tensors with as few copies as the engine allows: tfjs's WASM engine makes one of its own either way. */

import { type Tensor, tf } from './tf';

/** What tfjs's WASM engine has beside the others. */
interface Heap {
  /** A tensor's numbers where they lie, until the memory grows. */
  typedArrayFromHeap?(tensor: Tensor): Float32Array;
}

/**
 * The numbers of a tensor in float32, on the current backend.
 *
 * @param into is filled with them and returned, where it is given; as many numbers as the tensor has
 */
export function readNumbers(tensor: Tensor, into: Float32Array = new Float32Array(tensor.size)): Float32Array {
  const backend = tf.backend() as unknown as Heap;
  const onHeap = backend.typedArrayFromHeap?.(tensor);
  if (onHeap) into.set(onHeap);
  else for (let from = 0; from < tensor.size; from += PORTION) into.set(portionOf(tensor, from), from);
  return into;
}

const PORTION = 2 ** 20; // numbers: an engine that hands out copies leaves no large one to be collected

function portionOf(tensor: Tensor, from: number): Float32Array {
  const size = Math.min(PORTION, tensor.size - from);
  if (size === tensor.size) return tensor.dataSync() as Float32Array;
  const slice = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), from, size));
  const values = slice.dataSync() as Float32Array; // not in the `tidy`, which looks for tensors in all that it is given back, number by number
  slice.dispose();
  return values;
}

/** A tensor of numbers that may change afterwards: other engines than WASM keep the very array. */
export function tensorOf(values: Float32Array, shape: number[] | undefined): Tensor {
  const isCopied = (tf.backend() as unknown as Heap).typedArrayFromHeap !== undefined;
  return tf.tensor(isCopied ? values : values.slice(), shape);
}
