/**
 * Sums down the columns of a matrix [rows, columns] whose rows lie in one piece: what the gradients of biases are. AssemblyScript.
 *
 * Rows are taken in blocks, and the sums of blocks are added up: two short sums lose less to rounding than a long one. In a block four
 * columns go together; those that are left over go one by one.
 */

import { Lanes } from './lanes.as';

/** Rows of a block: with 128 columns 32 KiB, a first-level cache. */
export const BLOCK: i32 = 64;

/** sums[columns] = Σ over the rows of x. */
export function sumColumns(x: usize, sums: usize, rows: i32, columns: i32): void {
  const rowBytes = (<usize>columns) << 2;
  memory.fill(sums, 0, rowBytes);
  for (let i = 0; i < rows; i += BLOCK, x += <usize>BLOCK * rowBytes) addBlock(x, sums, min(BLOCK, rows - i), rowBytes);
}

function addBlock(x: usize, sums: usize, rows: i32, rowBytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= rowBytes; at += 16) Sum.add(x + at, sums + at, rows, rowBytes, 4);
  for (; at < rowBytes; at += 4) Sum.add(x + at, sums + at, rows, rowBytes, 1);
}

class Sum {
  @inline
  static add(x: usize, sums: usize, rows: i32, rowBytes: usize, width: i32): void {
    let even = f32x4.splat(0); // two sums, so that an addition need not wait for the one before it
    let odd = f32x4.splat(0);
    let i = 0;
    for (; i + 2 <= rows; i += 2, x += 2 * rowBytes) {
      even = f32x4.add(even, Lanes.load(x, width));
      odd = f32x4.add(odd, Lanes.load(x + rowBytes, width));
    }
    if (i < rows) even = f32x4.add(even, Lanes.load(x, width));
    Lanes.store(sums, f32x4.add(Lanes.load(sums, width), f32x4.add(even, odd)), width);
  }
}
