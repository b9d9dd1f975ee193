/**
 * Mean and variance of each column of a matrix [rows, columns], in one pass over the memory. AssemblyScript.
 *
 * In a block of rows, which is in the cache then, the mean comes first and the squared differences from it second, so that nothing
 * cancels however far from 0 the numbers are. Blocks are merged in double precision by the update of Chan, Golub and LeVeque (Algorithms for
 * computing the sample variance, 1983): with δ the difference of the means,
 *
 *     mean ← mean + δ n_b / n,  M ← M + M_b + δ² (n − n_b) n_b / n
 */

import { BLOCK } from './columns.as';
import { Lanes } from './lanes.as';

/** Bytes of scratch for each column. */
export const MOMENTS_BYTES: i32 = 24;

/**
 * mean[columns], and variance[columns], of all rows: Σ (x − mean)² / rows, as tfjs's `moments`.
 *
 * @param scratch address of MOMENTS_BYTES × columns bytes
 */
export function moments(x: usize, mean: usize, variance: usize, rows: i32, columns: i32, scratch: usize): void {
  const rowBytes = (<usize>columns) << 2;
  const means = scratch; // f64
  const squares = means + 2 * rowBytes; // f64, M
  const sums = squares + 2 * rowBytes; // of a block: Σ (x − its first row)
  const spreads = sums + rowBytes; // of a block: M_b
  memory.fill(means, 0, 4 * rowBytes);
  for (let i = 0; i < rows; i += BLOCK, x += <usize>BLOCK * rowBytes) {
    const count = min(BLOCK, rows - i);
    measureBlock(x, sums, spreads, count, rowBytes);
    mergeBlock(x, sums, spreads, means, squares, i, count, columns);
  }
  for (let j: usize = 0; j < rowBytes; j += 4) {
    store<f32>(mean + j, <f32>load<f64>(means + 2 * j));
    store<f32>(variance + j, <f32>(load<f64>(squares + 2 * j) / <f64>rows));
  }
}

function measureBlock(x: usize, sums: usize, spreads: usize, rows: i32, rowBytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= rowBytes; at += 16) Measure.columns(x + at, sums + at, spreads + at, rows, rowBytes, 4);
  for (; at < rowBytes; at += 4) Measure.columns(x + at, sums + at, spreads + at, rows, rowBytes, 1);
}

class Measure {
  @inline
  static columns(x: usize, sums: usize, spreads: usize, rows: i32, rowBytes: usize, width: i32): void {
    const first = Lanes.load(x, width);
    const zero = f32x4.splat(0);
    let even = zero; // two of each, so that an addition need not wait for the one before it
    let odd = zero;
    let row = x + rowBytes;
    let i = 1;
    for (; i + 2 <= rows; i += 2, row += 2 * rowBytes) {
      even = f32x4.add(even, f32x4.sub(Lanes.load(row, width), first));
      odd = f32x4.add(odd, f32x4.sub(Lanes.load(row + rowBytes, width), first));
    }
    if (i < rows) even = f32x4.add(even, f32x4.sub(Lanes.load(row, width), first));
    const sum = f32x4.add(even, odd);
    Lanes.store(sums, sum, width);

    const mean = f32x4.div(sum, f32x4.splat(<f32>rows)); // of the differences from the first row
    even = zero;
    odd = zero;
    for (i = 0, row = x; i + 2 <= rows; i += 2, row += 2 * rowBytes) {
      even = Measure.square(f32x4.sub(f32x4.sub(Lanes.load(row, width), first), mean), even);
      odd = Measure.square(f32x4.sub(f32x4.sub(Lanes.load(row + rowBytes, width), first), mean), odd);
    }
    if (i < rows) even = Measure.square(f32x4.sub(f32x4.sub(Lanes.load(row, width), first), mean), even);
    Lanes.store(spreads, f32x4.add(even, odd), width);
  }

  /** d² + sum */
  @inline
  static square(d: v128, sum: v128): v128 {
    return Lanes.fma(d, d, sum);
  }
}

/** @param before rows that have been merged already */
function mergeBlock(
  x: usize,
  sums: usize,
  spreads: usize,
  means: usize,
  squares: usize,
  before: i32,
  count: i32,
  columns: i32,
): void {
  const share = <f64>count / <f64>(before + count);
  const between = <f64>before * share;
  const each = 1 / <f64>count;
  for (let j = 0; j < columns; j++, x += 4, sums += 4, spreads += 4, means += 8, squares += 8) {
    const mean = load<f64>(means);
    const delta = <f64>load<f32>(x) + <f64>load<f32>(sums) * each - mean;
    store<f64>(means, mean + delta * share);
    store<f64>(squares, load<f64>(squares) + <f64>load<f32>(spreads) + delta * delta * between);
  }
}
