/**
 * The gradients of pooling. A gradient goes to where the largest number came from, to the first of several as on tfjs's cpu backend, or in
 * equal parts to what of the window lies in the picture, over which tfjs's AvgPool takes the mean:
 *
 *     dx[i, c] = Σ over outputs o with i = argmax over the window of o of x[·, c]  of dy[o, c]
 *     dx[i, c] = Σ over outputs o that see i  of dy[o, c] / (inputs that o sees)
 */

import { Lanes } from './lanes.as';
import { Reach, Window } from './window.as';

/**
 * out ← the gradient of the inputs x of a maximum; dy is the gradient of the outputs. NaN is never the largest.
 *
 * @param best room for the channels of an output
 */
export function maxPoolGradient(window: Window, x: usize, dy: usize, out: usize, best: usize): void {
  Pool.each(window, x, dy, out, true, best);
}

/** out ← the gradient of the inputs of a mean; dy is the gradient of the outputs. */
export function averagePoolGradient(window: Window, dy: usize, out: usize): void {
  Pool.each(window, out, dy, out, false, 0);
}

class Pool {
  @inline
  static each(window: Window, x: usize, dy: usize, dx: usize, largest: bool, best: usize): void {
    const pixel = (<usize>window.channels) << 2;
    for (let b = 0; b < window.batch; b++, x += window.pictureBytes, dx += window.pictureBytes) {
      memory.fill(dx, 0, window.pictureBytes);
      for (let oy = 0; oy < window.outHeight; oy++) {
        const top = oy * window.strideY - window.top;
        const fromY = top + Reach.first(top, 1, window.filterHeight);
        const toY = top + Reach.end(top, 1, window.filterHeight, window.height);
        for (let ox = 0; ox < window.outWidth; ox++, dy += pixel) {
          const left = ox * window.strideX - window.left;
          const fromX = left + Reach.first(left, 1, window.filterWidth);
          const toX = left + Reach.end(left, 1, window.filterWidth, window.width);
          if (largest) toLargest(x, dy, dx, window.width, pixel, fromY, toY, fromX, toX, best);
          else toAll(dy, dx, window.width, pixel, fromY, toY, fromX, toX);
        }
      }
    }
  }
}

/** One output, all channels, tap by tap; four channels at a time, then the rest. */
function toLargest(
  x: usize,
  dy: usize,
  dx: usize,
  width: i32,
  pixel: usize,
  fromY: i32,
  toY: i32,
  fromX: i32,
  toX: i32,
  best: usize,
): void {
  const fours = pixel & ~15;
  for (let c: usize = 0; c < fours; c += 16) v128.store(best + c, f32x4.splat(-Infinity));
  for (let iy = fromY; iy < toY; iy++)
    for (let ix = fromX; ix < toX; ix++) Largest.find(best, x + <usize>(iy * width + ix) * pixel, fours);
  Largest.giveUp(best, fours);
  for (let iy = fromY; iy < toY; iy++)
    for (let ix = fromX; ix < toX; ix++) {
      const at = <usize>(iy * width + ix) * pixel;
      Largest.give(best, x + at, dy, dx + at, fours);
    }
  for (let c = fours; c < pixel; c += 4) {
    let most: f32 = -Infinity;
    let where = -1;
    for (let iy = fromY; iy < toY; iy++)
      for (let ix = fromX; ix < toX; ix++) {
        const value = load<f32>(x + <usize>(iy * width + ix) * pixel + c);
        if (value > most) {
          most = value;
          where = iy * width + ix;
        }
      }
    if (where < 0) continue;
    const target = dx + <usize>where * pixel + c;
    store<f32>(target, load<f32>(target) + load<f32>(dy + c));
  }
}

/** Where a gradient has been given away, or nothing is larger than −∞, `best` becomes NaN, which equals nothing. */
class Largest {
  @inline
  static find(best: usize, x: usize, bytes: usize): void {
    for (let c: usize = 0; c < bytes; c += 16) v128.store(best + c, f32x4.pmax(v128.load(best + c), v128.load(x + c)));
  }

  @inline
  static giveUp(best: usize, bytes: usize): void {
    for (let c: usize = 0; c < bytes; c += 16) {
      const found = v128.load(best + c);
      v128.store(best + c, v128.or(found, f32x4.eq(found, f32x4.splat(-Infinity))));
    }
  }

  @inline
  static give(best: usize, x: usize, dy: usize, dx: usize, bytes: usize): void {
    for (let c: usize = 0; c < bytes; c += 16) {
      const left = v128.load(best + c);
      const here = f32x4.eq(left, v128.load(x + c));
      v128.store(dx + c, f32x4.add(v128.load(dx + c), v128.and(here, v128.load(dy + c))));
      v128.store(best + c, v128.or(left, here));
    }
  }
}

/** One output, all channels. */
function toAll(dy: usize, dx: usize, width: i32, pixel: usize, fromY: i32, toY: i32, fromX: i32, toX: i32): void {
  const share = <f32>1 / <f32>((toY - fromY) * (toX - fromX));
  for (let iy = fromY; iy < toY; iy++)
    for (let ix = fromX; ix < toX; ix++) {
      const target = dx + <usize>(iy * width + ix) * pixel;
      let c: usize = 0;
      for (; c + 16 <= pixel; c += 16) {
        const sum = Lanes.fma(v128.load(dy + c), f32x4.splat(share), v128.load(target + c));
        v128.store(target + c, sum);
      }
      for (; c < pixel; c += 4) store<f32>(target + c, load<f32>(target + c) + load<f32>(dy + c) * share);
    }
}
