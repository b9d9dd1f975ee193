/**
 * Large matrix products in blocks, between which the event loop turns.
 *
 * Operands are transposed before they are multiplied, because tfjs's WASM product is slow with the transpose flags. It is the larger
 * operand that is cut, since the other one is packed anew for every block.
 */

import { type Tensor2D, tf } from '../../backend/tf';
import { politely } from '../event-loop';

const BLOCK_WORK = 2e8; // multiply-adds in one go: about 15 ms on WASM

/** a·b for [m, d] and [d, h]: some rows of a at a time, or some columns of b where that is the larger one. */
export async function productInBlocks(a: Tensor2D, b: Tensor2D): Promise<Tensor2D> {
  const breathe = politely();
  const [m, d] = a.shape;
  const h = b.shape[1];
  const byRows = m >= h;
  const parts: Tensor2D[] = [];
  for (const [from, size] of byRows ? blocks(m, b.size) : blocks(h, a.size)) {
    parts.push(
      tf.tidy(() =>
        byRows ? tf.matMul(tf.slice(a, [from, 0], [size, d]), b) : tf.matMul(a, tf.slice(b, [0, from], [d, size])),
      ),
    );
    await breathe();
  }
  const product = tf.concat(parts, byRows ? 0 : 1);
  tf.dispose(parts);
  return product;
}

/** a·xᵀ for every a [m, d] of a list and one x [n, d], some rows of x at a time. */
export async function productsWithTransposed(list: readonly Tensor2D[], x: Tensor2D): Promise<Tensor2D[]> {
  const breathe = politely();
  const [n, d] = x.shape;
  const rows = list.reduce((sum, a) => sum + a.shape[0], 0);
  const columns: Tensor2D[][] = list.map(() => []);
  for (const [from, size] of blocks(n, rows * d)) {
    const block: Tensor2D = tf.tidy(() => tf.transpose(tf.slice(x, [from, 0], [size, d])));
    await breathe(); // the first time, x has been moved to the engine
    for (const [i, a] of list.entries()) {
      columns[i]?.push(tf.matMul(a, block));
      await breathe();
    }
    block.dispose();
  }
  const products = columns.map((parts) => tf.concat(parts, 1));
  tf.dispose(columns);
  return products;
}

/** [from, size] of blocks of rows that cost about BLOCK_WORK each, when one row costs `workPerRow`. */
function blocks(rows: number, workPerRow: number): [from: number, size: number][] {
  const size = Math.max(1, Math.floor(BLOCK_WORK / workPerRow));
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => [i * size, Math.min(size, rows - i * size)]);
}
