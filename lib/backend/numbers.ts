/** Numbers in and out of tensors with as few copies as the engine allows: tfjs's WASM engine makes one of its own either way. */

import { type Tensor, tf } from './tf';

/** What some of tfjs's engines have beside the others. */
interface Engine {
  /** WASM: a tensor's numbers where they lie, until the memory grows. */
  typedArrayFromHeap?(tensor: Tensor): Float32Array;
  /** tfjs-node: numbers that TensorFlow has not been given yet, for no op has asked for them. */
  readonly tensorMap?: { get(dataId: object): { readonly values: Float32Array | null } | undefined };
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
  const there = inMemory(tensor);
  if (there) into.set(there.subarray(from, from + into.length));
  else
    for (let at = 0; at < into.length; at += PORTION)
      into.set(portionOf(tensor, from + at, Math.min(PORTION, into.length - at)), at);
  return into;
}

/** All numbers, which belong to the engine; undefined for one that only hands out copies. */
function inMemory(tensor: Tensor): Float32Array | undefined {
  const engine = tf.backend() as unknown as Engine;
  if (tf.getBackend() === 'cpu') return tensor.dataSync() as Float32Array;
  return engine.typedArrayFromHeap?.(tensor) ?? engine.tensorMap?.get(tensor.dataId)?.values ?? undefined;
}

const PORTION = 2 ** 20; // numbers: of an engine that hands out copies no large one is left to be collected

function portionOf(tensor: Tensor, from: number, size: number): Float32Array {
  handOut(size);
  if (size === tensor.size) return tensor.dataSync() as Float32Array;
  const part = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), from, size));
  const values = part.dataSync() as Float32Array; // not in the `tidy`, which looks for tensors in all that it is given back, number by number
  part.dispose();
  return values;
}

const MOST_DEAD = 2 ** 22; // numbers, 16 MiB
let handedOut = 0; // since V8 was last made to look

/** V8 lets 64 MiB of dead buffers lie before it looks for them. One as large, which takes no memory as long as nobody writes to it, makes it look. */
function handOut(numbers: number): void {
  handedOut += numbers;
  if (handedOut < MOST_DEAD) return;
  handedOut = 0;
  try {
    new ArrayBuffer(2 ** 26);
  } catch {} // no room for a hint
}

/** A tensor of numbers that may change afterwards; on tensorflow what is smaller than 1.2e-38 is 0 in it, as after any op. */
export function tensorOf(values: Float32Array, shape: number[] | undefined): Tensor {
  switch (tf.getBackend()) {
    case 'wasm':
      return tf.tensor(values, shape); // a copy
    case 'tensorflow':
      // tfjs-node keeps the very array until an op asks for it, TensorFlow even then, where it is aligned; a product has memory of its own.
      return tf.tidy(() => tf.mul(tf.tensor(values, shape), 1));
    default:
      return tf.tensor(values.slice(), shape);
  }
}
