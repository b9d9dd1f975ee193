/**
 * `luma.ts` and the sums of `resize.ts` by vectors, to the same values: sums are made in the same order, each product rounded before it is
 * added. AssemblyScript; `luma-by-vectors.ts` and `sums-by-vectors.ts` put the arrays into its memory. Addresses are bytes.
 */

import { Luma } from './luma.as';

/** gray [count] ← rgb [count, 3], sixteen pixels at a time: up to 15 bytes are written, and 49 read, beyond the last. */
export function luma(rgb: usize, gray: usize, count: i32): void {
  for (const end = gray + count; gray < end; gray += 16, rgb += 48) {
    const first = i16x8.narrow_i32x4_s(Colours.gray(rgb), Colours.gray(rgb + 12));
    const second = i16x8.narrow_i32x4_s(Colours.gray(rgb + 24), Colours.gray(rgb + 36));
    v128.store(gray, i8x16.narrow_i16x8_u(first, second));
  }
}

class Colours {
  /** The gray values of four pixels. */
  @inline
  static gray(rgb: usize): v128 {
    const pixels = v128.load(rgb);
    const ones = i8x16(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const redGreen = i8x16.shuffle(pixels, ones, 0, 16, 1, 16, 3, 16, 4, 16, 6, 16, 7, 16, 9, 16, 10, 16);
    const blueOne = i8x16.shuffle(pixels, ones, 2, 16, 17, 16, 5, 16, 17, 16, 8, 16, 17, 16, 11, 16, 17, 16);
    return Luma.gray(redGreen, blueOne);
  }
}

/**
 * One axis of the crop: for each of its pixels two whole numbers, the first pixel of the picture that it is made of and how many they are; behind
 * them all weights, in doubles, one pixel's after the other's.
 */
class Axis {
  @inline
  static start(axis: usize, pixel: i32): i32 {
    return load<i32>(axis + ((<usize>pixel) << 3));
  }

  @inline
  static count(axis: usize, pixel: i32): i32 {
    return load<i32>(axis + ((<usize>pixel) << 3), 4);
  }

  @inline
  static weights(axis: usize, pixels: i32): usize {
    return axis + ((<usize>pixels) << 3);
  }
}

/**
 * sums [rows, columns] ← Σ weight · pixel along the rows of pixels [rows, width], four rows at a time: up to three rows of both beyond the last.
 *
 * @param wide room for 4·width doubles
 */
export function sumColumns(
  pixels: usize,
  width: i32,
  rows: i32,
  axis: usize,
  columns: i32,
  wide: usize,
  sums: usize,
): void {
  for (let y = 0; y < rows; y += 4, pixels += 4 * width, sums += (4 * columns) << 3) {
    widen(pixels, width, wide);
    sumFour(wide, axis, columns, sums);
  }
}

/** wide [width, 4] ← pixels [4, width] as doubles */
function widen(pixels: usize, width: i32, wide: usize): void {
  for (let x = 0; x < width; x++, pixels++, wide += 32) {
    v128.store(wide, f64x2(<f64>load<u8>(pixels), <f64>load<u8>(pixels + width)));
    v128.store(wide, f64x2(<f64>load<u8>(pixels + 2 * width), <f64>load<u8>(pixels + 3 * width)), 16);
  }
}

/** sums [4, columns] ← of wide [width, 4] */
function sumFour(wide: usize, axis: usize, columns: i32, sums: usize): void {
  const row = (<usize>columns) << 3;
  let weight = Axis.weights(axis, columns);
  for (let x = 0; x < columns; x++, sums += 8) {
    let at = wide + ((<usize>Axis.start(axis, x)) << 5);
    let upper = f64x2.splat(0);
    let lower = f64x2.splat(0);
    for (const end = weight + ((<usize>Axis.count(axis, x)) << 3); weight < end; weight += 8, at += 32) {
      const times = v128.load64_splat(weight);
      upper = f64x2.add(upper, f64x2.mul(times, v128.load(at)));
      lower = f64x2.add(lower, f64x2.mul(times, v128.load(at, 16)));
    }
    v128.store64_lane(sums, upper, 0);
    v128.store64_lane(sums + row, upper, 1);
    v128.store64_lane(sums + 2 * row, lower, 0);
    v128.store64_lane(sums + 3 * row, lower, 1);
  }
}

/** out [rows, columns] ← ⌊Σ weight · sum + ½⌋ down the columns of sums [·, columns]; where those are odd, up to a byte beyond the last. */
export function sumRows(sums: usize, columns: i32, axis: usize, rows: i32, out: usize): void {
  let weights = Axis.weights(axis, rows);
  for (let y = 0; y < rows; y++, out += columns) {
    const end = weights + ((<usize>Axis.count(axis, y)) << 3);
    sumRow(sums + ((<usize>(Axis.start(axis, y) * columns)) << 3), columns, weights, end, out);
    weights = end;
  }
}

/** One row, two columns at a time. */
function sumRow(sums: usize, columns: i32, weights: usize, end: usize, out: usize): void {
  const row = (<usize>columns) << 3;
  for (let x = 0; x < columns; x += 2, sums += 16) {
    let sum = f64x2.splat(0);
    for (let weight = weights, at = sums; weight < end; weight += 8, at += row)
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(weight), v128.load(at)));
    const rounded = i32x4.trunc_sat_f64x2_u_zero(f64x2.add(sum, f64x2.splat(0.5)));
    store<u8>(out + x, i32x4.extract_lane(rounded, 0));
    store<u8>(out + x, i32x4.extract_lane(rounded, 1), 1);
  }
}
