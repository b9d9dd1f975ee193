/** Every row of a matrix to mean 0 and spread 1, (x − mean) / √(variance + ε) by its own mean and variance. AssemblyScript. */

import { Lanes } from './lanes.as';

/** out [rows, columns] */
export function standardize(x: usize, out: usize, rows: i32, columns: i32, epsilon: f32): void {
  const bytes = (<usize>columns) << 2;
  for (let i = 0; i < rows; i++, x += bytes, out += bytes) {
    const mean = sumOf(x, bytes, 0, false) / <f32>columns;
    const variance = sumOf(x, bytes, mean, true) / <f32>columns;
    scale(x, out, bytes, mean, 1 / sqrt<f32>(variance + epsilon));
  }
}

/** Σ (x − mean), or Σ (x − mean)²; two sums of four, so that an addition need not wait for the one before it. */
function sumOf(x: usize, bytes: usize, mean: f32, squared: bool): f32 {
  let even = f32x4.splat(0);
  let odd = even;
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    even = f32x4.add(even, Away.of(x + at, mean, squared, 4));
    odd = f32x4.add(odd, Away.of(x + at + 16, mean, squared, 4));
  }
  let sum = Lanes.sum(f32x4.add(even, odd));
  for (; at < bytes; at += 4) sum += f32x4.extract_lane(Away.of(x + at, mean, squared, 1), 0);
  return sum;
}

function scale(x: usize, out: usize, bytes: usize, mean: f32, by: f32): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16)
    Lanes.store(out + at, f32x4.mul(Away.of(x + at, mean, false, 4), f32x4.splat(by)), 4);
  for (; at < bytes; at += 4) Lanes.store(out + at, f32x4.mul(Away.of(x + at, mean, false, 1), f32x4.splat(by)), 1);
}

class Away {
  /** How far numbers are from the mean, or the square of it. */
  @inline
  static of(x: usize, mean: f32, squared: bool, width: i32): v128 {
    const away = f32x4.sub(Lanes.load(x, width), f32x4.splat(mean));
    return squared ? f32x4.mul(away, away) : away;
  }
}
