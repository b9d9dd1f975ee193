/** The trial that the kernels stand before they are used: small products and the like, whose results are known. */

import { tf } from '../tf';

/** @throws Error naming the kernel that computes something else */
export function tryKernels(): void {
  tf.tidy(() => {
    const a = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const b = tf.tensor2d([1, 0, 2, 1, 0, 3], [3, 2]);
    const product = [5, 11, 14, 23]; // a·b
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        expect(
          'matmul',
          tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b, transposeA, transposeB),
          product,
        );
    expect('tanh', tf.tanh(tf.tensor1d([0, 0.5, -0.5, 20, -20])), [0, 0.46211716, -0.46211716, 1, -1]);
    expect('gather', tf.gather(a, [1, 0, 1]), [4, 5, 6, 1, 2, 3, 4, 5, 6]);
  });
}

function expect(kernel: string, found: { dataSync(): ArrayLike<number> }, expected: readonly number[]): void {
  const numbers = Array.from(found.dataSync());
  if (numbers.length === expected.length && numbers.every((x, i) => Math.abs(x - (expected[i] as number)) < 1e-6))
    return;
  throw new Error(`the kernel ${kernel} computes ${numbers.join(' ')} instead of ${expected.join(' ')}`);
}
