/**
 * The gradient of the inputs of a depthwise convolution with filters of 3 × 3 and strides of 2; channels are a multiple of 4. Along either
 * axis, with u the input's distance from where the filter starts,
 *
 *     u = 2·o      is seen by output o through tap 0, and by output o − 1 through tap 2
 *     u = 2·o + 1  is seen by output o through tap 1
 *
 * A row of inputs at a time, two columns at once, four channels after another.
 */

import { Lanes } from './lanes.as';
import { Window } from './window.as';

/**
 * out ← the gradient of the inputs; dy is the gradient of the outputs. Paddings are not negative.
 *
 * @param zeros room for a row of dy
 */
export function depthwise3x3HalvingInputGradient(
  window: Window,
  dy: usize,
  filter: usize,
  out: usize,
  zeros: usize,
): void {
  const pixel = (<usize>window.channels) << 2;
  const row = <usize>window.outWidth * pixel;
  memory.fill(zeros, 0, row);
  for (let b = 0; b < window.batch; b++, dy += <usize>window.outHeight * row)
    for (let y = 0; y < window.height; y++, out += <usize>window.width * pixel) {
      const odd = (y + window.top) & 1;
      const o = (y + window.top) >> 1;
      const near = o < window.outHeight ? dy + <usize>o * row : zeros;
      const far = !odd && o > 0 && o <= window.outHeight ? dy + <usize>(o - 1) * row : zeros;
      spreadRow(window, near, far, filter + <usize>odd * 3 * pixel, filter + 6 * pixel, out);
    }
}

/**
 * One row of inputs.
 *
 * @param near, far the rows of dy seen through the weights `f` and `g`, three taps each
 */
function spreadRow(window: Window, near: usize, far: usize, f: usize, g: usize, out: usize): void {
  const pixel = (<usize>window.channels) << 2;
  const width = window.width;
  const outWidth = window.outWidth;
  const lastPair = (width - 1 + window.left) >> 1;
  for (const last = out + pixel; out < last; out += 16, near += 16, far += 16, f += 16, g += 16) {
    const f0 = v128.load(f);
    const f1 = v128.load(f + pixel);
    const f2 = v128.load(f + 2 * pixel);
    const g0 = v128.load(g);
    const g1 = v128.load(g + pixel);
    const g2 = v128.load(g + 2 * pixel);
    let nearBefore = f32x4.splat(0); // of output o − 1
    let farBefore = nearBefore;
    for (let o = 0; o <= lastPair; o++) {
      const inside = o < outWidth;
      const a = inside ? v128.load(near + <usize>o * pixel) : f32x4.splat(0);
      const b = inside ? v128.load(far + <usize>o * pixel) : f32x4.splat(0);
      const x = 2 * o - window.left;
      const target = out + <usize>x * pixel;
      if (x >= 0) {
        const sum = Lanes.fma(b, g0, f32x4.mul(a, f0));
        v128.store(target, Lanes.fma(farBefore, g2, Lanes.fma(nearBefore, f2, sum)));
      }
      if (x >= -1 && x + 1 < width) v128.store(target + pixel, Lanes.fma(b, g1, f32x4.mul(a, f1)));
      nearBefore = a;
      farBefore = b;
    }
  }
}
