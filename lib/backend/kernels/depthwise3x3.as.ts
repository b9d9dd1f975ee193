/**
 * Depthwise convolutions with filters of 3 × 3, one for a channel, without dilation, and their gradients; channels are a multiple of 4. A
 * row of outputs at a time, four channels after another, with the weights, or their sums, in registers. A row of inputs outside of
 * the picture is a row of zeros. `depthwise.as.ts` has the equations.
 */

import { Channels } from './depthwise.as';
import { Lanes } from './lanes.as';
import { Window } from './window.as';

/**
 * out ← x ∗ filter
 *
 * @param zeros room for a row of inputs
 */
export function depthwise3x3(window: Window, x: usize, filter: usize, out: usize, zeros: usize): void {
  const pixel = (<usize>window.channels) << 2;
  Rows.slide(window, x, out, filter, pixel, zeros);
}

/** out ← the gradient of the filter; x are the inputs, dy the gradient of the outputs. */
export function depthwise3x3FilterGradient(window: Window, x: usize, dy: usize, out: usize): void {
  const pixel = (<usize>window.channels) << 2;
  const row = <usize>window.width * pixel;
  const first = Rows.firstWhole(window);
  const end = Rows.endOfWhole(window);
  memory.fill(out, 0, 9 * pixel);
  for (let b = 0; b < window.batch; b++, x += window.pictureBytes)
    for (let oy = 0; oy < window.outHeight; oy++, dy += <usize>window.outWidth * pixel)
      for (let fy = 0; fy < 3; fy++) {
        const iy = oy * window.strideY - window.top + fy;
        if (iy >= 0 && iy < window.height)
          sumRow(window, first, end, x + <usize>iy * row, out + <usize>(3 * fy) * pixel, dy);
      }
}

/**
 * out ← the gradient of the inputs where the stride is 1: the gradient dy of the outputs ∗ the filter turned by 180°.
 *
 * @param turned the window from dy to out: its padding is 2 less that of the convolution
 * @param zeros room for a row of dy
 */
export function depthwise3x3InputGradient(turned: Window, dy: usize, filter: usize, out: usize, zeros: usize): void {
  const pixel = (<usize>turned.channels) << 2;
  Rows.slide(turned, dy, out, filter + 8 * pixel, 0 - pixel, zeros);
}

class Rows {
  /** Every row of outputs with the three rows of inputs that it sees. @param tap from one tap of the filter to the next, in bytes */
  @inline
  static slide(window: Window, x: usize, y: usize, filter: usize, tap: usize, zeros: usize): void {
    const row = (<usize>(window.width * window.channels)) << 2;
    const outRow = (<usize>(window.outWidth * window.channels)) << 2;
    const first = Rows.firstWhole(window);
    const end = Rows.endOfWhole(window);
    memory.fill(zeros, 0, row);
    for (let b = 0; b < window.batch; b++, x += window.pictureBytes)
      for (let oy = 0; oy < window.outHeight; oy++, y += outRow) {
        const iy = oy * window.strideY - window.top;
        const r0 = Rows.at(x, iy, window.height, row, zeros);
        const r1 = Rows.at(x, iy + 1, window.height, row, zeros);
        const r2 = Rows.at(x, iy + 2, window.height, row, zeros);
        convolveRow(window, first, end, r0, r1, r2, filter, tap, y);
      }
  }

  @inline
  static at(x: usize, y: i32, height: i32, row: usize, zeros: usize): usize {
    return y >= 0 && y < height ? x + <usize>y * row : zeros;
  }

  /** The first output whose three columns of inputs are all in the picture. */
  @inline
  static firstWhole(window: Window): i32 {
    return min(window.outWidth, (max(0, window.left) + window.strideX - 1) / window.strideX);
  }

  /** The output behind the last such one. */
  @inline
  static endOfWhole(window: Window): i32 {
    const reach = window.width - 3 + window.left;
    return reach < 0 ? 0 : min(window.outWidth, reach / window.strideX + 1);
  }

  /** Four channels of a row of inputs at a column; 0 outside. */
  @inline
  static column(row: usize, x: i32, width: i32, pixel: usize): v128 {
    return x >= 0 && x < width ? v128.load(row + <usize>x * pixel) : f32x4.splat(0);
  }

  /** sum + three inputs · three weights */
  @inline
  static dot(sum: v128, row: usize, pixel: usize, f0: v128, f1: v128, f2: v128): v128 {
    sum = Lanes.fma(v128.load(row), f0, sum);
    sum = Lanes.fma(v128.load(row + pixel), f1, sum);
    return Lanes.fma(v128.load(row + 2 * pixel), f2, sum);
  }
}

/** One row of outputs, of which those from `first` to `end` see nothing outside. */
function convolveRow(
  window: Window,
  first: i32,
  end: i32,
  r0: usize,
  r1: usize,
  r2: usize,
  filter: usize,
  tap: usize,
  out: usize,
): void {
  const pixel = (<usize>window.channels) << 2;
  const stride = window.strideX;
  const step = <usize>stride * pixel;
  const width = window.width;
  const from = <usize>(first * stride - window.left) * pixel;
  for (const last = out + pixel; out < last; out += 16, filter += 16, r0 += 16, r1 += 16, r2 += 16) {
    const f0 = v128.load(filter);
    const f1 = v128.load(filter + tap);
    const f2 = v128.load(filter + 2 * tap);
    const f3 = v128.load(filter + 3 * tap);
    const f4 = v128.load(filter + 4 * tap);
    const f5 = v128.load(filter + 5 * tap);
    const f6 = v128.load(filter + 6 * tap);
    const f7 = v128.load(filter + 7 * tap);
    const f8 = v128.load(filter + 8 * tap);
    const zero = f32x4.splat(0);
    let y = out + <usize>first * pixel;
    let i = from;
    for (let ox = first; ox < end; ox++, i += step, y += pixel) {
      let sum = Rows.dot(zero, r0 + i, pixel, f0, f1, f2);
      sum = Rows.dot(sum, r1 + i, pixel, f3, f4, f5);
      v128.store(y, Rows.dot(sum, r2 + i, pixel, f6, f7, f8));
    }
    for (let ox = 0; ox < window.outWidth; ox++) {
      if (ox === first && end > first) ox = end;
      if (ox >= window.outWidth) break;
      const x = ox * stride - window.left;
      let sum = f32x4.mul(Rows.column(r0, x, width, pixel), f0);
      sum = Lanes.fma(Rows.column(r0, x + 1, width, pixel), f1, sum);
      sum = Lanes.fma(Rows.column(r0, x + 2, width, pixel), f2, sum);
      sum = Lanes.fma(Rows.column(r1, x, width, pixel), f3, sum);
      sum = Lanes.fma(Rows.column(r1, x + 1, width, pixel), f4, sum);
      sum = Lanes.fma(Rows.column(r1, x + 2, width, pixel), f5, sum);
      sum = Lanes.fma(Rows.column(r2, x, width, pixel), f6, sum);
      sum = Lanes.fma(Rows.column(r2, x + 1, width, pixel), f7, sum);
      sum = Lanes.fma(Rows.column(r2, x + 2, width, pixel), f8, sum);
      v128.store(out + <usize>ox * pixel, sum);
    }
  }
}

/** What one row of outputs adds to the gradient of the filter's row that sees this row of inputs. */
function sumRow(window: Window, first: i32, end: i32, row: usize, sums: usize, dy: usize): void {
  const pixel = (<usize>window.channels) << 2;
  const stride = window.strideX;
  const step = <usize>stride * pixel;
  sumPart(window, 0, min(first, window.outWidth), row, sums, dy);
  sumPart(window, max(first, end), window.outWidth, row, sums, dy);
  const stop = sums + pixel;
  row += <usize>(first * stride - window.left) * pixel;
  dy += <usize>first * pixel;
  for (; sums < stop; dy += 16, sums += 16, row += 16) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let x = row;
    let y = dy;
    for (let ox = first; ox < end; ox++, x += step, y += pixel) {
      const d = v128.load(y);
      s0 = Lanes.fma(v128.load(x), d, s0);
      s1 = Lanes.fma(v128.load(x + pixel), d, s1);
      s2 = Lanes.fma(v128.load(x + 2 * pixel), d, s2);
    }
    v128.store(sums, f32x4.add(v128.load(sums), s0));
    v128.store(sums + pixel, f32x4.add(v128.load(sums + pixel), s1));
    v128.store(sums + 2 * pixel, f32x4.add(v128.load(sums + 2 * pixel), s2));
  }
}

/** The same for outputs that see something outside. */
function sumPart(window: Window, from: i32, to: i32, row: usize, sums: usize, dy: usize): void {
  const pixel = (<usize>window.channels) << 2;
  for (let ox = from; ox < to; ox++)
    for (let tap = 0; tap < 3; tap++) {
      const ix = ox * window.strideX - window.left + tap;
      if (ix < 0 || ix >= window.width) continue;
      Channels.add(sums + <usize>tap * pixel, row + <usize>ix * pixel, dy + <usize>ox * pixel, pixel);
    }
}
