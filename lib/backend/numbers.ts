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
 * @param into is filled with them and returned, where it is given
 * @param from place of the first of them, where `into` has room for a part only; no more than that part is copied
 */
export function readNumbers(
  tensor: Tensor,
  into: Float32Array = new Float32Array(tensor.size),
  from = 0,
): Float32Array {
  const heap = (tf.backend() as unknown as Heap).typedArrayFromHeap?.(tensor);
  if (heap) into.set(heap.subarray(from, from + into.length));
  else
    for (let at = 0; at < into.length; at += PORTION)
      into.set(portionOf(tensor, from + at, Math.min(PORTION, into.length - at)), at);
  return into;
}

const PORTION = 2 ** 20; // numbers: an engine that hands out copies leaves no large one to be collected

function portionOf(tensor: Tensor, from: number, size: number): Float32Array {
  if (size === tensor.size) return tensor.dataSync() as Float32Array;
  const part = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), from, size));
  const values = part.dataSync() as Float32Array; // not in the `tidy`, which looks for tensors in all that it is given back, number by number
  part.dispose();
  return values;
}

/** A tensor of numbers that may change afterwards: other engines than WASM keep the very array. */
export function tensorOf(values: Float32Array, shape: number[] | undefined): Tensor {
  const isCopied = (tf.backend() as unknown as Heap).typedArrayFromHeap !== undefined;
  return tf.tensor(isCopied ? values : values.slice(), shape);
}
