/** Large matrix products in blocks, between which the event loop turns. */

import { type Tensor2D, tf } from '../../../backend/tf';
import { politely } from '../../event-loop';

const BLOCK_WORK = 2e8; // multiply-adds in one go: about 10 ms on WASM

/** a·b for [m, d] and [d, n], or with bᵀ for b [n, d], or with aᵀ for a [d, m]; some rows of the result at a time. */
export async function productInBlocks(
  a: Tensor2D,
  b: Tensor2D,
  { transposeA = false, transposeB = false } = {},
): Promise<Tensor2D> {
  const breathe = politely();
  const [m, d] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const parts: Tensor2D[] = [];
  const size = Math.max(1, Math.floor(BLOCK_WORK / b.size));
  for (let from = 0; from < m; from += size) {
    const rows = Math.min(size, m - from);
    parts.push(
      tf.tidy(() => {
        const block: Tensor2D = transposeA ? tf.slice(a, [0, from], [d, rows]) : tf.slice(a, [from, 0], [rows, d]);
        return tf.matMul(block, b, transposeA, transposeB);
      }),
    );
    await breathe();
  }
  const product = tf.concat(parts, 0);
  tf.dispose(parts);
  return product;
}
