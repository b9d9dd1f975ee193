/**
 * Batch normalisation (Ioffe & Szegedy 2015) of a matrix [rows, columns], a column for each channel, with or without a ReLU on top. AssemblyScript.
 *
 *     y = γ r (x − mean) + β,  h = max(0, y),  with r = 1 / √(variance + ε)
 *
 * Rows are taken in blocks that stay in the cache, four columns at a time. The mean is subtracted first, which costs an instruction and
 * loses nothing where it is large. What is known of the columns is a table [4][columns]: mean, r, γ r and β.
 */

import { Lanes } from './lanes.as';

/** Rows that stay in the first-level cache together with what is made of them. */
export const STRIP: i32 = 16;

/** Makes the table, whose first two rows hold mean and variance. */
export function tabulate(table: usize, gamma: usize, beta: usize, epsilon: f32, columns: i32): void {
  const rowBytes = (<usize>columns) << 2;
  const ofR = table + rowBytes;
  const ofScale = ofR + rowBytes;
  for (let j: usize = 0; j < rowBytes; j += 4) {
    const r: f32 = 1 / sqrt<f32>(load<f32>(ofR + j) + epsilon);
    store<f32>(ofR + j, r);
    store<f32>(ofScale + j, load<f32>(gamma + j) * r);
  }
  memory.copy(ofScale + rowBytes, beta, rowBytes);
}

/** h[rows, columns]; without `relu` y. */
export function normalize(x: usize, h: usize, table: usize, relu: bool, rows: i32, columns: i32): void {
  const rowBytes = (<usize>columns) << 2;
  const stripBytes = <usize>STRIP * rowBytes;
  for (let i = 0; i < rows; i += STRIP, x += stripBytes, h += stripBytes)
    normalizeStrip(x, h, table, leastOf(relu), min(STRIP, rows - i), rowBytes);
}

function normalizeStrip(x: usize, h: usize, table: usize, least: f32, rows: i32, rowBytes: usize): void {
  let j: usize = 0;
  for (; j + 16 <= rowBytes; j += 16) Norm.columns(x + j, h + j, table + j, least, rows, rowBytes, 4);
  for (; j < rowBytes; j += 4) Norm.columns(x + j, h + j, table + j, least, rows, rowBytes, 1);
}

class Norm {
  @inline
  static each(
    x: usize,
    y: usize,
    mean: usize,
    variance: usize,
    gamma: usize,
    beta: usize,
    epsilon: f32,
    width: i32,
  ): void {
    const away = f32x4.sub(Lanes.load(x, width), Lanes.load(mean, width));
    const spread = f32x4.sqrt(f32x4.add(Lanes.load(variance, width), f32x4.splat(epsilon)));
    const scale = f32x4.div(Lanes.load(gamma, width), spread);
    Lanes.store(y, Lanes.fma(away, scale, Lanes.load(beta, width)), width);
  }

  @inline
  static columns(x: usize, h: usize, table: usize, least: f32, rows: i32, rowBytes: usize, width: i32): void {
    const mean = Lanes.load(table, width);
    const scale = Lanes.load(table + 2 * rowBytes, width);
    const beta = Lanes.load(table + 3 * rowBytes, width);
    const floor = f32x4.splat(least);
    for (let i = 0; i < rows; i++, x += rowBytes, h += rowBytes) {
      const away = f32x4.sub(Lanes.load(x, width), mean);
      // y < floor ? floor : y, which keeps NaN
      Lanes.store(h, f32x4.pmax(Lanes.fma(away, scale, beta), floor), width);
    }
  }
}

/** y = (x − mean) γ / √(variance + ε) + β, element by element. */
export function normalizeEach(
  x: usize,
  y: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  count: i32,
): void {
  const bytes = (<usize>count) << 2;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16)
    Norm.each(x + at, y + at, mean + at, variance + at, gamma + at, beta + at, epsilon, 4);
  for (; at < bytes; at += 4) Norm.each(x + at, y + at, mean + at, variance + at, gamma + at, beta + at, epsilon, 1);
}

/** What y must be above to count. */
export function leastOf(relu: bool): f32 {
  return relu ? 0 : -Infinity;
}

/** out = old − (old − value) decay: a moving average, in tfjs's order of operations. */
export function average(old: usize, value: usize, out: usize, decay: f32, count: i32): void {
  for (const end = out + ((<usize>count) << 2); out < end; old += 4, value += 4, out += 4) {
    const before = load<f32>(old);
    store<f32>(out, before - (before - load<f32>(value)) * decay);
  }
}
