/**
 * The gradients of batch normalisation, where mean and variance are those of x itself; `norm.as.ts` has the equations and the table. AssemblyScript.
 *
 * With g = ∂E/∂h where y > 0, else 0 (without ReLU everywhere ∂E/∂h), and m rows:
 *
 *     ∂E/∂β = Σ g,  ∂E/∂γ = r Σ g (x − mean),  ∂E/∂x = γ r (g − ∂E/∂β / m − (x − mean) r ∂E/∂γ / m)
 *
 * y is computed anew, bit for bit as on the way up: cheaper than to read it.
 */

import { BLOCK } from './columns.as';
import { Lanes } from './lanes.as';
import { leastOf, STRIP } from './norm.as';

/**
 * dx[rows, columns], dGamma[columns] and dBeta[columns] from dh.
 *
 * @param scratch address of [2][columns]
 */
export function normalizeGradient(
  x: usize,
  dh: usize,
  table: usize,
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  relu: bool,
  rows: i32,
  columns: i32,
  scratch: usize,
): void {
  const rowBytes = (<usize>columns) << 2;
  const blockBytes = <usize>BLOCK * rowBytes;
  const least = leastOf(relu);
  memory.fill(dGamma, 0, rowBytes);
  memory.fill(dBeta, 0, rowBytes);
  for (let i = 0, at: usize = 0; i < rows; i += BLOCK, at += blockBytes)
    sumBlock(x + at, dh + at, table, least, dGamma, dBeta, min(BLOCK, rows - i), rowBytes);

  for (let j: usize = 0; j < rowBytes; j += 4) {
    const r = load<f32>(table + rowBytes + j);
    const ofGamma = load<f32>(dGamma + j) * r;
    const share = load<f32>(table + 2 * rowBytes + j) / <f32>rows;
    store<f32>(dGamma + j, ofGamma);
    store<f32>(scratch + j, -share * load<f32>(dBeta + j));
    store<f32>(scratch + rowBytes + j, -share * r * ofGamma);
  }
  const stripBytes = <usize>STRIP * rowBytes;
  for (let i = 0, at: usize = 0; i < rows; i += STRIP, at += stripBytes)
    descendStrip(x + at, dh + at, table, least, scratch, dx + at, min(STRIP, rows - i), rowBytes);
}

/** dBeta += Σ g, dGamma += Σ g (x − mean), over a block. */
function sumBlock(
  x: usize,
  dh: usize,
  table: usize,
  least: f32,
  dGamma: usize,
  dBeta: usize,
  rows: i32,
  rowBytes: usize,
): void {
  let j: usize = 0;
  for (; j + 16 <= rowBytes; j += 16)
    Slopes.sum(x + j, dh + j, table + j, least, dGamma + j, dBeta + j, rows, rowBytes, 4);
  for (; j < rowBytes; j += 4) Slopes.sum(x + j, dh + j, table + j, least, dGamma + j, dBeta + j, rows, rowBytes, 1);
}

/** dx = γ r g + line₀ + line₁ (x − mean), over a strip; the lines are [2][columns]. */
function descendStrip(
  x: usize,
  dh: usize,
  table: usize,
  least: f32,
  lines: usize,
  dx: usize,
  rows: i32,
  rowBytes: usize,
): void {
  let j: usize = 0;
  for (; j + 16 <= rowBytes; j += 16)
    Slopes.descend(x + j, dh + j, table + j, least, lines + j, dx + j, rows, rowBytes, 4);
  for (; j < rowBytes; j += 4) Slopes.descend(x + j, dh + j, table + j, least, lines + j, dx + j, rows, rowBytes, 1);
}

class Slopes {
  @inline
  static sum(
    x: usize,
    dh: usize,
    table: usize,
    least: f32,
    dGamma: usize,
    dBeta: usize,
    rows: i32,
    rowBytes: usize,
    width: i32,
  ): void {
    const mean = Lanes.load(table, width);
    const scale = Lanes.load(table + 2 * rowBytes, width);
    const beta = Lanes.load(table + 3 * rowBytes, width);
    const floor = f32x4.splat(least);
    let plain = f32x4.splat(0);
    let tilted = f32x4.splat(0);
    for (let i = 0; i < rows; i++, x += rowBytes, dh += rowBytes) {
      const away = f32x4.sub(Lanes.load(x, width), mean);
      const g = Slopes.through(Lanes.load(dh, width), Lanes.fma(away, scale, beta), floor);
      plain = f32x4.add(plain, g);
      tilted = Lanes.fma(g, away, tilted);
    }
    Lanes.store(dBeta, f32x4.add(Lanes.load(dBeta, width), plain), width);
    Lanes.store(dGamma, f32x4.add(Lanes.load(dGamma, width), tilted), width);
  }

  @inline
  static descend(
    x: usize,
    dh: usize,
    table: usize,
    least: f32,
    lines: usize,
    dx: usize,
    rows: i32,
    rowBytes: usize,
    width: i32,
  ): void {
    const mean = Lanes.load(table, width);
    const scale = Lanes.load(table + 2 * rowBytes, width);
    const beta = Lanes.load(table + 3 * rowBytes, width);
    const floor = f32x4.splat(least);
    const base = Lanes.load(lines, width);
    const tilt = Lanes.load(lines + rowBytes, width);
    for (let i = 0; i < rows; i++, x += rowBytes, dh += rowBytes, dx += rowBytes) {
      const away = f32x4.sub(Lanes.load(x, width), mean);
      const g = Slopes.through(Lanes.load(dh, width), Lanes.fma(away, scale, beta), floor);
      Lanes.store(dx, Lanes.fma(g, scale, Lanes.fma(away, tilt, base)), width);
    }
  }

  /** dh where y is above the floor, else 0; dh where y is no number. */
  @inline
  static through(dh: v128, y: v128, floor: v128): v128 {
    return v128.andnot(dh, f32x4.le(y, floor));
  }
}
