/** The trial that the kernels stand before they are used: small products and the like, whose results are known. */

import { tf } from '../tf';
import { tryConvolutions } from './trial-convolutions';

/** @throws Error naming the kernel that computes something else */
export function tryKernels(): void {
  tf.tidy(() => {
    // 18 × 7 by 7 × 13: whole tiles and edges, in every transposition; expected by plain sums.
    const [m, k, n] = [18, 7, 13];
    const [a, b] = [whole(m, k), whole(k, n)];
    const bias = tf.tensor1d(Array.from({ length: n }, (_, j) => j - 6));
    const product = Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return Array.from({ length: k }, (_, p) => number(i, p) * number(p, j)).reduce((sum, value) => sum + value, 0);
    });
    for (const transposeA of [false, true])
      for (const transposeB of [false, true]) {
        const [left, right] = [transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b];
        expect('matmul', tf.matMul(left, right, transposeA, transposeB), product);
      }
    const shifted = product.map((value, at) => Math.max(0, value + (at % n) - 6));
    expect('fused matmul', tf.fused.matMul({ a, b, bias, activation: 'relu' }), shifted);
    const copy = tf.clone(bias);
    expect(
      'identity',
      tf.add(copy, copy),
      Array.from({ length: n }, (_, j) => 2 * (j - 6)),
    );
    expect(
      'identity',
      bias,
      Array.from({ length: n }, (_, j) => j - 6),
    );
    expect('tanh', tf.tanh(tf.tensor1d([0, 0.5, -0.5, 20, -20])), [0, 0.46211716, -0.46211716, 1, -1]);
    const y = tf.tensor1d([0, 0.5, -0.5]);
    const dy = tf.tensor1d([2, 2, 4]);
    expect('tanh gradient', tf.engine().runKernel('TanhGrad', { y, dy }) as typeof y, [2, 1.5, 3]);
    expect('gather', tf.gather(y, [1, 0, 1]), [0.5, 0, 0.5]);
    tryConvolutions(expect);
  });
}

/** Whole numbers from −3 to 3, so that every sum is exact. */
function number(i: number, j: number): number {
  return ((i * 5 + j * 3) % 7) - 3;
}

function whole(rows: number, columns: number) {
  const values = Array.from({ length: rows * columns }, (_, at) => number(Math.floor(at / columns), at % columns));
  return tf.tensor2d(values, [rows, columns]);
}

function expect(kernel: string, found: { dataSync(): ArrayLike<number> }, expected: readonly number[]): void {
  const numbers = Array.from(found.dataSync());
  if (numbers.length === expected.length && numbers.every((x, i) => Math.abs(x - (expected[i] as number)) < 1e-6))
    return;
  throw new Error(`the kernel ${kernel} computes ${numbers.join(' ')} instead of ${expected.join(' ')}`);
}
