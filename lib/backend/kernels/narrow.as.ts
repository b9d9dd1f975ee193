/**
 * C[m, n] += Xᵀ·Y for X[k, m] and Y[k, n] that are long and narrow, as outputs and pixels are beside channels. They are read where they
 * lie, a block of rows at a time that stays in the first-level cache; to pack them, as `matmul` does, would take a quarter of the time.
 */

import { COLUMNS, looseTile, ROWS } from './tile.as';

const WIDEST: i32 = 256; // m + n; beyond it packing is soon paid for
const BLOCK_NUMBERS: i32 = 8192; // 32 KiB

/** Whether `addNarrow` takes such widths: whole tiles, and few of them. */
export function isNarrow(m: i32, n: i32): bool {
  return m % ROWS === 0 && n % COLUMNS === 0 && m + n <= WIDEST;
}

/** Only where `isNarrow`; rows of X, Y and C lie in one piece. */
export function addNarrow(x: usize, y: usize, c: usize, m: i32, n: i32, k: i32): void {
  const xRow = (<usize>m) << 2;
  const row = (<usize>n) << 2;
  const block = BLOCK_NUMBERS / (m + n);
  for (let p = 0; p < k; p += block) {
    const depth = min(block, k - p);
    for (let i = 0; i < m; i += ROWS)
      for (let j = 0; j < n; j += COLUMNS) {
        const lines = x + <usize>p * xRow + ((<usize>i) << 2);
        const columns = y + <usize>p * row + ((<usize>j) << 2);
        looseTile(lines, xRow, columns, row, c + <usize>i * row + ((<usize>j) << 2), row, depth, true);
      }
  }
}
