/** The same ops on several engines, over numbers that look like nothing, and how their results are compared. */

import { type Tensor, tf } from '../../lib/backend/tf';

export interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly numbers: Float32Array;
}

/** What a backend that has been started makes of an op. */
export function on(backend: string, op: () => Tensor): Result {
  return onEach(backend, () => [op()])[0] as Result;
}

/** The same of an op with several results. */
export function onEach(backend: string, op: () => Tensor[]): Result[] {
  tf.setBackend(backend);
  return tf.tidy(op).map((tensor) => {
    const { shape, dtype } = tensor;
    const numbers = tensor.dataSync() as Float32Array;
    tensor.dispose();
    return { shape, dtype, numbers };
  });
}

/** Numbers between −1 and 1 that depend on a seed; with `strange` some of them are NaN or infinite. */
export function numbers(count: number, seed: number, strange = false): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (strange && state % 97 === 0) return [Number.NaN, Infinity, -Infinity][state % 3] as number;
    return state / 2 ** 31 - 1;
  });
}

/** As many numbers, within `tolerance` of each other; NaN and infinities in the same places. */
export function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [found[i] as number, expected[i] as number];
    if (!(Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance)) throw new Error(`at ${i}: ${x} instead of ${y}`);
  }
}
