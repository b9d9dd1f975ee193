/**
 * Depthwise convolutions and their gradients: every channel has filters of its own, M of them (the multiplier),
 *
 *     y[o, c·M + m]  = Σ over taps t of x[o ⊕ t, c] · f[t, c, m]        (o ⊕ t: the input that output o sees through tap t)
 *     df[t, c, m]    = Σ over outputs o of x[o ⊕ t, c] · dy[o, c·M + m]
 *     dx[i, c]       = Σ over o ⊕ t = i and m of dy[o, c·M + m] · f[t, c, m]
 *
 * for every stride, padding, dilation, filter size and multiplier. `depthwise3x3.as.ts` is faster at what networks are mostly made of.
 */

import { Lanes } from './lanes.as';
import { Reach, Window } from './window.as';

/** out ← x ∗ filter */
export function depthwise(window: Window, x: usize, filter: usize, out: usize): void {
  memory.fill(out, 0, Taps.outputBytes(window));
  Taps.each(window, x, filter, out, FORWARD);
}

/** out ← the gradient of the filter; x are the inputs, dy the gradient of the outputs. */
export function depthwiseFilterGradient(window: Window, x: usize, dy: usize, out: usize): void {
  memory.fill(out, 0, Taps.filterBytes(window));
  Taps.each(window, x, out, dy, TO_FILTER);
}

/** out ← the gradient of the inputs; dy is the gradient of the outputs. */
export function depthwiseInputGradient(window: Window, dy: usize, filter: usize, out: usize): void {
  memory.fill(out, 0, <usize>window.batch * window.pictureBytes);
  Taps.each(window, out, filter, dy, TO_INPUT);
}

/** Which of the three arrays of a product is summed up. */
const FORWARD: i32 = 0;
const TO_FILTER: i32 = 1;
const TO_INPUT: i32 = 2;

class Taps {
  @inline
  static filterBytes(window: Window): usize {
    return (<usize>(window.filterHeight * window.filterWidth * window.outChannels)) << 2;
  }

  @inline
  static outputBytes(window: Window): usize {
    return (<usize>(window.batch * window.outHeight * window.outWidth * window.outChannels)) << 2;
  }

  /** Every output with every input that it sees, through the tap that it sees it through. */
  static each(window: Window, x: usize, filter: usize, y: usize, what: i32): void {
    const pixel = (<usize>window.channels) << 2;
    const output = (<usize>window.outChannels) << 2;
    const multiplier = window.outChannels / window.channels;
    for (let b = 0; b < window.batch; b++, x += window.pictureBytes)
      for (let oy = 0; oy < window.outHeight; oy++) {
        const top = oy * window.strideY - window.top;
        const fromY = Reach.first(top, window.dilationY, window.filterHeight);
        const toY = Reach.end(top, window.dilationY, window.filterHeight, window.height);
        for (let ox = 0; ox < window.outWidth; ox++, y += output) {
          const left = ox * window.strideX - window.left;
          const fromX = Reach.first(left, window.dilationX, window.filterWidth);
          const toX = Reach.end(left, window.dilationX, window.filterWidth, window.width);
          for (let fy = fromY; fy < toY; fy++) {
            const line = x + <usize>((top + fy * window.dilationY) * window.width + left) * pixel;
            const weights = filter + <usize>(fy * window.filterWidth) * output;
            for (let fx = fromX; fx < toX; fx++) {
              const seen = line + <usize>(fx * window.dilationX) * pixel;
              const tap = weights + <usize>fx * output;
              if (multiplier === 1) Channels.side(what, seen, tap, y, pixel);
              else Channels.fanned(what, seen, tap, y, pixel, multiplier);
            }
          }
        }
      }
  }
}

/** One tap of one output, all channels. */
export class Channels {
  static side(what: i32, x: usize, f: usize, y: usize, bytes: usize): void {
    if (what === FORWARD) Channels.add(y, x, f, bytes);
    else if (what === TO_FILTER) Channels.add(f, x, y, bytes);
    else Channels.add(x, y, f, bytes);
  }

  /** sum += a ∘ b */
  @inline
  static add(sum: usize, a: usize, b: usize, bytes: usize): void {
    const end = sum + bytes;
    for (; sum + 16 <= end; sum += 16, a += 16, b += 16)
      v128.store(sum, Lanes.fma(v128.load(a), v128.load(b), v128.load(sum)));
    for (; sum < end; sum += 4, a += 4, b += 4) store<f32>(sum, load<f32>(sum) + load<f32>(a) * load<f32>(b));
  }

  /** With several filters for a channel. */
  static fanned(what: i32, x: usize, f: usize, y: usize, bytes: usize, multiplier: i32): void {
    for (const end = x + bytes; x < end; x += 4)
      for (let m = 0; m < multiplier; m++, f += 4, y += 4) {
        if (what === FORWARD) store<f32>(y, load<f32>(y) + load<f32>(x) * load<f32>(f));
        else if (what === TO_FILTER) store<f32>(f, load<f32>(f) + load<f32>(x) * load<f32>(y));
        else store<f32>(x, load<f32>(x) + load<f32>(y) * load<f32>(f));
      }
  }
}
