/** What the current engine computes, and how fast: for the doctor, who compares engines. */

import { Random } from '../random';
import { tensorFlowVersion, tf, tfjsVersion } from './tf';

const SECONDS = 0.4; // of measuring

/** GFLOP/s of a product of two square matrices, 2·n³ operations; the best of several. */
export async function productSpeed(side: number): Promise<number> {
  const [a, b] = [tf.ones([side, side]), tf.ones([side, side])];
  const started = performance.now();
  let best = Infinity;
  for (let i = 0; i < 3 || performance.now() - started < SECONDS * 1000; i++) {
    const from = performance.now();
    const product = tf.matMul(a, b);
    await product.data();
    product.dispose();
    if (i > 0) best = Math.min(best, performance.now() - from); // the first one warms up
  }
  tf.dispose([a, b]);
  return (2 * side ** 3) / (best * 1e6);
}

/** The numbers of a product of random matrices, the same on every engine to rounding. */
export async function productNumbers(): Promise<number[]> {
  const random = new Random(1, 'doctor');
  const matrix = (rows: number, columns: number) =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, () => random.normal()),
      [rows, columns],
    );
  const product = tf.tidy(() => tf.matMul(matrix(7, 100), matrix(100, 5)));
  const numbers = Array.from(await product.data());
  product.dispose();
  return numbers;
}

/** Versions of the tfjs-core that is loaded and, where a TensorFlow stands behind the current engine, of that. */
export function engineVersions(): { readonly tfjs: string; readonly tensorflow: string | undefined } {
  return { tfjs: tfjsVersion, tensorflow: tensorFlowVersion() };
}
