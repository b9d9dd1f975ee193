/**
 * The innermost product, 4 rows by 8 columns, and the packing that feeds it: what every matrix product of facemark is made of.
 *
 * A packed panel of rows is [k][4], a packed panel of columns [k][8]; short panels are filled up with zeros. V8 loads all operands of
 * an iteration before it computes: eight accumulators, two vectors of columns, four of rows and one product are the 15 registers that
 * x64 leaves, so a taller or wider tile spills.
 */

import { Lanes } from './lanes.as';

export const ROWS: i32 = 4;
export const COLUMNS: i32 = 8;

/**
 * c[4, 8] = rows[k, 4]ᵀ · columns[k, 8], or += with `add`.
 *
 * @param rowBytes from one row of c to the next
 */
export function tile(rows: usize, columns: usize, c: usize, rowBytes: usize, k: i32, add: bool): void {
  Tile.product(rows, 16, columns, 32, c, rowBytes, k, add);
}

/**
 * The same over panels that were not packed: the fours of rows and the eights of columns lie in wider lines.
 *
 * @param rowStep, columnStep bytes from one line to the next
 */
export function looseTile(
  rows: usize,
  rowStep: usize,
  columns: usize,
  columnStep: usize,
  c: usize,
  rowBytes: usize,
  k: i32,
  add: bool,
): void {
  Tile.product(rows, rowStep, columns, columnStep, c, rowBytes, k, add);
}

/**
 * The same over rows that were not packed, each of them in one piece.
 *
 * @param across bytes from one of the four rows to the next
 */
export function lineTile(
  row0: usize,
  across: usize,
  columns: usize,
  c: usize,
  rowBytes: usize,
  k: i32,
  add: bool,
): void {
  const row1 = row0 + across;
  const row2 = row1 + across;
  const row3 = row2 + across;
  const zero = f32x4.splat(0);
  let a0 = zero;
  let b0 = zero;
  let a1 = zero;
  let b1 = zero;
  let a2 = zero;
  let b2 = zero;
  let a3 = zero;
  let b3 = zero;
  for (let at: usize = 0, end = (<usize>k) << 2; at < end; at += 4, columns += 32) {
    const left = v128.load(columns);
    const right = v128.load(columns, 16);
    let row = v128.load32_splat(row0 + at);
    a0 = Lanes.fma(row, left, a0);
    b0 = Lanes.fma(row, right, b0);
    row = v128.load32_splat(row1 + at);
    a1 = Lanes.fma(row, left, a1);
    b1 = Lanes.fma(row, right, b1);
    row = v128.load32_splat(row2 + at);
    a2 = Lanes.fma(row, left, a2);
    b2 = Lanes.fma(row, right, b2);
    row = v128.load32_splat(row3 + at);
    a3 = Lanes.fma(row, left, a3);
    b3 = Lanes.fma(row, right, b3);
  }
  Tile.put(c, a0, b0, add);
  Tile.put(c + rowBytes, a1, b1, add);
  Tile.put(c + 2 * rowBytes, a2, b2, add);
  Tile.put(c + 3 * rowBytes, a3, b3, add);
}

class Tile {
  @inline
  static product(
    rows: usize,
    rowStep: usize,
    columns: usize,
    columnStep: usize,
    c: usize,
    rowBytes: usize,
    k: i32,
    add: bool,
  ): void {
    const zero = f32x4.splat(0);
    let a0 = zero;
    let b0 = zero;
    let a1 = zero;
    let b1 = zero;
    let a2 = zero;
    let b2 = zero;
    let a3 = zero;
    let b3 = zero;
    for (const end = columns + <usize>k * columnStep; columns !== end; rows += rowStep, columns += columnStep) {
      const left = v128.load(columns);
      const right = v128.load(columns, 16);
      let row = v128.load32_splat(rows);
      a0 = Lanes.fma(row, left, a0);
      b0 = Lanes.fma(row, right, b0);
      row = v128.load32_splat(rows, 4);
      a1 = Lanes.fma(row, left, a1);
      b1 = Lanes.fma(row, right, b1);
      row = v128.load32_splat(rows, 8);
      a2 = Lanes.fma(row, left, a2);
      b2 = Lanes.fma(row, right, b2);
      row = v128.load32_splat(rows, 12);
      a3 = Lanes.fma(row, left, a3);
      b3 = Lanes.fma(row, right, b3);
    }
    Tile.put(c, a0, b0, add);
    Tile.put(c + rowBytes, a1, b1, add);
    Tile.put(c + 2 * rowBytes, a2, b2, add);
    Tile.put(c + 3 * rowBytes, a3, b3, add);
  }

  @inline
  static put(c: usize, left: v128, right: v128, add: bool): void {
    if (add) {
      left = f32x4.add(left, v128.load(c));
      right = f32x4.add(right, v128.load(c, 16));
    }
    v128.store(c, left);
    v128.store(c, right, 16);
  }
}

/**
 * Packs `count` ≤ 4 rows of a matrix, k entries of each: target[k][4].
 *
 * @param across bytes from one row to the next
 * @param along bytes from one entry of a row to the next
 */
export function packRows(source: usize, across: usize, along: usize, target: usize, k: i32, count: i32): void {
  if (count === ROWS && across === 4) Pack.copyFours(source, along, target, k, 16);
  else if (count === ROWS && along === 4) Pack.transposeFours(source, across, target, k, 16);
  else Pack.each(source, across, along, target, k, count, ROWS);
}

/** Packs `count` ≤ 8 columns of a matrix, k entries of each: target[k][8]; the strides are those of a column. */
export function packColumns(source: usize, across: usize, along: usize, target: usize, k: i32, count: i32): void {
  if (count === COLUMNS && across === 4) {
    Pack.copyEights(source, along, target, k);
  } else if (count === COLUMNS && along === 4) {
    Pack.transposeFours(source, across, target, k, 32);
    Pack.transposeFours(source + 4 * across, across, target + 16, k, 32);
  } else Pack.each(source, across, along, target, k, count, COLUMNS);
}

class Pack {
  /** Lines that lie side by side. */
  static copyFours(source: usize, along: usize, target: usize, k: i32, step: usize): void {
    for (const end = target + <usize>k * step; target < end; target += step, source += along)
      v128.store(target, v128.load(source));
  }

  static copyEights(source: usize, along: usize, target: usize, k: i32): void {
    for (const end = target + ((<usize>k) << 5); target < end; target += 32, source += along) {
      v128.store(target, v128.load(source));
      v128.store(target, v128.load(source, 16), 16);
    }
  }

  /** Four lines, each of them in one piece: 4 × 4 entries at a time. */
  static transposeFours(source: usize, across: usize, target: usize, k: i32, step: usize): void {
    let i = 0;
    for (; i + 4 <= k; i += 4, source += 16, target += 4 * step) {
      const a = v128.load(source);
      const b = v128.load(source + across);
      const c = v128.load(source + 2 * across);
      const d = v128.load(source + 3 * across);
      const ab = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23); // a0 b0 a1 b1
      const cd = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
      const AB = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31); // a2 b2 a3 b3
      const CD = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
      v128.store(target, i64x2.shuffle(ab, cd, 0, 2));
      v128.store(target + step, i64x2.shuffle(ab, cd, 1, 3));
      v128.store(target + 2 * step, i64x2.shuffle(AB, CD, 0, 2));
      v128.store(target + 3 * step, i64x2.shuffle(AB, CD, 1, 3));
    }
    for (; i < k; i++, source += 4, target += step)
      for (let line: usize = 0; line < 4; line++) store<f32>(target + (line << 2), load<f32>(source + line * across));
  }

  /** Any strides, and panels that are filled up. */
  static each(source: usize, across: usize, along: usize, target: usize, k: i32, count: i32, width: i32): void {
    for (let line = 0; line < width; line++) {
      let from = source + <usize>line * across;
      let to = target + ((<usize>line) << 2);
      for (let i = 0; i < k; i++, from += along, to += (<usize>width) << 2)
        store<f32>(to, line < count ? load<f32>(from) : 0);
    }
  }
}
