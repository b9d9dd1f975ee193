/**
 * Convolutions of pictures with one channel, which are what a network's first layer sees of gray faces. They do without patches: a filter looks
 * at so few numbers here that to lay them side by side would take longer than to multiply them.
 *
 * Four outputs of a row by eight filters at a time, for the registers that `tile.as.ts` tells of. An output is its bias and then tap after
 * tap, a product and a sum in two steps, in either variant: to the last bit what tfjs's own kernel computes. One step would be an eighth faster.
 */

import { activate, Formula, LINEAR, RELU } from './activations.as';
import { Window } from './window.as';

const OUTPUTS: i32 = 4;
const FILTERS: i32 = 8;

/**
 * out ← f(x ∗ filter + bias), for outWidth ≥ 4, outChannels ≥ 8 and paddings that are not negative. Where a row of outputs or the filters do not
 * come to whole tiles, the last tile begins earlier, and some are computed twice.
 *
 * @param bias address of [outChannels], or 0
 * @param activation code of f
 * @param lines room for what a row of outputs sees: [filterHeight, (outWidth − 1)·strideX + (filterWidth − 1)·dilationX + 1]
 */
export function convolveGray(
  window: Window,
  x: usize,
  filter: usize,
  bias: usize,
  activation: i32,
  out: usize,
  lines: usize,
): void {
  const filters = window.outChannels;
  const count = window.outWidth * filters;
  const line = bytesOfLine(window);
  for (let b = 0; b < window.batch; b++, x += window.pictureBytes)
    for (let oy = 0; oy < window.outHeight; oy++, out += (<usize>count) << 2) {
      gatherLines(window, x, oy * window.strideY - window.top, lines, line);
      for (let f = 0; f < filters; f += FILTERS) {
        const first = (<usize>min(f, filters - FILTERS)) << 2;
        const own = bias ? bias + first : 0;
        if (activation === RELU) rectifiedRow(window, lines, line, filter + first, own, out + first);
        else plainRow(window, lines, line, filter + first, own, out + first);
      }
      if (activation !== RELU) activate(activation, out, out, count);
    }
}

/** Of the lines, each of which is a row of the picture with the zeros around it, as far as the filter slides. */
function bytesOfLine(window: Window): usize {
  const last = (window.outWidth - 1) * window.strideX + (window.filterWidth - 1) * window.dilationX;
  return (<usize>(last + 1)) << 2;
}

/** lines ← what the filter's rows see of a picture, the first of them at row y. */
function gatherLines(window: Window, picture: usize, y: i32, lines: usize, line: usize): void {
  const row = (<usize>window.width) << 2;
  const before = min(line, (<usize>window.left) << 2);
  const inside = min(line - before, row);
  for (let fy = 0; fy < window.filterHeight; fy++, y += window.dilationY, lines += line)
    if (y < 0 || y >= window.height) Line.clear(lines, line);
    else {
      Line.clear(lines, before);
      Line.copy(picture + <usize>y * row, lines + before, inside);
      Line.clear(lines + before + inside, line - before - inside);
    }
}

/** Lines are so short that memory.fill and memory.copy would take longer. */
class Line {
  @inline
  static clear(target: usize, bytes: usize): void {
    for (const end = target + bytes; target < end; target += 4) store<f32>(target, 0);
  }

  @inline
  static copy(source: usize, target: usize, bytes: usize): void {
    const end = target + bytes;
    for (; target + 16 <= end; target += 16, source += 16) v128.store(target, v128.load(source));
    for (; target < end; target += 4, source += 4) store<f32>(target, load<f32>(source));
  }
}

function rectifiedRow(window: Window, lines: usize, line: usize, filter: usize, bias: usize, out: usize): void {
  Row.convolve(window, lines, line, filter, bias, RELU, out);
}

function plainRow(window: Window, lines: usize, line: usize, filter: usize, bias: usize, out: usize): void {
  Row.convolve(window, lines, line, filter, bias, LINEAR, out);
}

class Row {
  /** A row of outputs through eight filters. */
  @inline
  static convolve(
    window: Window,
    lines: usize,
    line: usize,
    filter: usize,
    bias: usize,
    activation: i32,
    out: usize,
  ): void {
    const outWidth = window.outWidth;
    const pixel = (<usize>window.outChannels) << 2;
    const stride = (<usize>window.strideX) << 2;
    const dilation = (<usize>window.dilationX) << 2;
    const taps = <usize>window.filterWidth * dilation;
    const end = lines + <usize>window.filterHeight * line;
    const biasLeft = bias ? v128.load(bias) : f32x4.splat(0);
    const biasRight = bias ? v128.load(bias, 16) : f32x4.splat(0);
    for (let o = 0; o < outWidth; o += OUTPUTS) {
      const ox = <usize>min(o, outWidth - OUTPUTS);
      let a0 = biasLeft;
      let b0 = biasRight;
      let a1 = biasLeft;
      let b1 = biasRight;
      let a2 = biasLeft;
      let b2 = biasRight;
      let a3 = biasLeft;
      let b3 = biasRight;
      let weights = filter;
      for (let first = lines + ox * stride; first < end; first += line)
        for (let at = first, behind = first + taps; at < behind; at += dilation, weights += pixel) {
          const left = v128.load(weights);
          const right = v128.load(weights, 16);
          let seen = v128.load32_splat(at);
          a0 = f32x4.add(a0, f32x4.mul(seen, left));
          b0 = f32x4.add(b0, f32x4.mul(seen, right));
          seen = v128.load32_splat(at + stride);
          a1 = f32x4.add(a1, f32x4.mul(seen, left));
          b1 = f32x4.add(b1, f32x4.mul(seen, right));
          seen = v128.load32_splat(at + 2 * stride);
          a2 = f32x4.add(a2, f32x4.mul(seen, left));
          b2 = f32x4.add(b2, f32x4.mul(seen, right));
          seen = v128.load32_splat(at + 3 * stride);
          a3 = f32x4.add(a3, f32x4.mul(seen, left));
          b3 = f32x4.add(b3, f32x4.mul(seen, right));
        }
      const target = out + ox * pixel;
      Row.put(target, a0, b0, activation);
      Row.put(target + pixel, a1, b1, activation);
      Row.put(target + 2 * pixel, a2, b2, activation);
      Row.put(target + 3 * pixel, a3, b3, activation);
    }
  }

  @inline
  static put(target: usize, left: v128, right: v128, activation: i32): void {
    v128.store(target, Formula.of(activation, left));
    v128.store(target, Formula.of(activation, right), 16);
  }
}
