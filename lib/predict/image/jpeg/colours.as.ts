/**
 * Samples → pixels: chroma of half the width, or of half of both sides, spread by libjpeg's triangle filter (`jdsample.c`, "fancy upsampling"), and
 * YCbCr → RGB (JFIF; `jdcolor.c`), to the same values. AssemblyScript. Sixteen at a time: as many are read and written beyond the last.
 */

import { Luma } from '../luma.as';
import { Pairs } from './pairs.as';

/**
 * A row of chroma at the width of the picture.
 *
 *     v = a sample, or 3·near + far of two rows
 *     out[2x], out[2x + 1] ← (3 v[x] + v[x − 1] + bias) / 4 or 16
 *
 * @param near the row of samples that is nearest, at the first that is needed; [count]
 * @param far the next nearest; 0 where chroma has all rows
 * @param sums room for count + 2 numbers of 16 bits, and 32 bytes
 * @param edges 1 where the first sample is the picture's first, and 2 where the last is its last: beyond them the same goes on; elsewhere
 *   one more sample is there to be read
 * @param to [2·count]
 */
export function spreadRow(near: usize, far: usize, count: i32, edges: i32, sums: usize, to: usize): void {
  const isOne = far === 0;
  if (isOne) far = near;
  const end = sums + ((<usize>(count + 2)) << 1);
  const times = i16x8.splat(isOne ? 1 : 3);
  const others = isOne ? i16x8.splat(0) : i16x8.splat(-1);
  for (let at = sums, n = near - 1, f = far - 1; at < end; at += 16, n += 8, f += 8) {
    const nearest = i16x8.mul(v128.load8x8_u(n), times);
    v128.store(at, i16x8.add(nearest, v128.and(v128.load8x8_u(f), others)));
  }
  if (edges & 1) store<u16>(sums, load<u16>(sums, 2));
  if (edges & 2) store<u16>(end - 2, load<u16>(end - 4));
  const shift = isOne ? 2 : 4;
  const before = i16x8.splat(isOne ? 1 : 8);
  const behind = i16x8.splat(isOne ? 2 : 7);
  for (let at = sums; at < end - 4; at += 16, to += 16) {
    const here = v128.load(at, 2);
    const thrice = i16x8.add(here, i16x8.shl(here, 1));
    const even = i16x8.shr_u(i16x8.add(i16x8.add(thrice, v128.load(at)), before), shift);
    const odd = i16x8.shr_u(i16x8.add(i16x8.add(thrice, v128.load(at, 4)), behind), shift);
    v128.store(to, v128.or(even, i16x8.shl(odd, 8)));
  }
}

/** rgb [count, 3] ← rows of luma and chroma [count] */
export function convert(luma: usize, blue: usize, red: usize, count: i32, rgb: usize): void {
  for (const end = luma + count; luma < end; luma += 16, blue += 16, red += 16, rgb += 48) {
    const yL = v128.load8x8_u(luma);
    const yH = v128.load8x8_u(luma, 8);
    const cbL = Rgb.chroma(blue);
    const cbH = Rgb.chroma(blue + 8);
    const crL = Rgb.chroma(red);
    const crH = Rgb.chroma(red + 8);
    const r = i8x16.narrow_i16x8_u(Rgb.red(yL, crL), Rgb.red(yH, crH));
    const g = i8x16.narrow_i16x8_u(Rgb.green(yL, cbL, crL), Rgb.green(yH, cbH, crH));
    const b = i8x16.narrow_i16x8_u(Rgb.blue(yL, cbL), Rgb.blue(yH, cbH));
    const rg0 = i8x16.shuffle(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
    const rg1 = i8x16.shuffle(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
    const rg2 = i8x16.shuffle(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
    v128.store(rgb, i8x16.shuffle(rg0, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
    v128.store(rgb, i8x16.shuffle(rg1, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), 16);
    v128.store(rgb, i8x16.shuffle(rg2, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), 32);
  }
}

/** gray [count] ← the same, of each pixel the luma of `luma.ts`. */
export function convertToGray(luma: usize, blue: usize, red: usize, count: i32, gray: usize): void {
  for (const end = luma + count; luma < end; luma += 16, blue += 16, red += 16, gray += 16)
    v128.store(gray, i8x16.narrow_i16x8_u(Rgb.gray(luma, blue, red), Rgb.gray(luma + 8, blue + 8, red + 8)));
}

/** Eight pixels. The factors are those of jdcolor.c, with 16 bits of fraction, and round as there. */
class Rgb {
  /** ⌊(299 r + 587 g + 114 b + 500) / 1000⌋, of bytes. */
  @inline
  static gray(luma: usize, blue: usize, red: usize): v128 {
    const y = v128.load8x8_u(luma);
    const cb = Rgb.chroma(blue);
    const cr = Rgb.chroma(red);
    const r = Rgb.clamp(Rgb.red(y, cr));
    const g = Rgb.clamp(Rgb.green(y, cb, cr));
    const b = Rgb.clamp(Rgb.blue(y, cb));
    const one = i16x8.splat(1);
    const low = Luma.gray(Pairs.low(r, g), Pairs.low(b, one));
    return i16x8.narrow_i32x4_s(low, Luma.gray(Pairs.high(r, g), Pairs.high(b, one)));
  }

  @inline
  static clamp(v: v128): v128 {
    return i16x8.min_s(i16x8.max_s(v, i16x8.splat(0)), i16x8.splat(255));
  }

  /** Less 128. */
  @inline
  static chroma(from: usize): v128 {
    return i16x8.sub(v128.load8x8_u(from), i16x8.splat(128));
  }

  /** y + 1.40200 cr: of 91881 / 2¹⁶ the whole is added, and 26345 / 2¹⁶ rounds for all cr as 13172 / 2¹⁵ does. */
  @inline
  static red(y: v128, cr: v128): v128 {
    return i16x8.add(i16x8.add(y, cr), i16x8.q15mulr_sat_s(cr, i16x8.splat(13172)));
  }

  /** y − 0.34414 cb − 0.71414 cr: 22554 / 2¹⁶, and 46802 / 2¹⁶ as 1 less 18734 / 2¹⁶. */
  @inline
  static green(y: v128, cb: v128, cr: v128): v128 {
    const factors = i16x8(-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734);
    const low = i32x4.dot_i16x8_s(Pairs.low(cb, cr), factors);
    const high = i32x4.dot_i16x8_s(Pairs.high(cb, cr), factors);
    const half = i32x4.splat(1 << 15);
    const parts = i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, half), 16), i32x4.shr_s(i32x4.add(high, half), 16));
    return i16x8.add(i16x8.sub(y, cr), parts);
  }

  /** y + 1.77200 cb: 116130 / 2¹⁶ is 2 less 7471 / 2¹⁵. */
  @inline
  static blue(y: v128, cb: v128): v128 {
    return i16x8.add(i16x8.add(y, i16x8.shl(cb, 1)), i16x8.q15mulr_sat_s(cb, i16x8.splat(-7471)));
  }
}

/** to [rows, width] ← rows `stride` apart */
export function copyRows(from: usize, stride: i32, width: i32, rows: i32, to: usize): void {
  for (let y = 0; y < rows; y++, from += stride, to += width) memory.copy(to, from, width);
}
