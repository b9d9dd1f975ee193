/**
 * The patches that a filter sees, one row for every output: P[p, j] with j = (fy, fx, channel), zero outside of the picture. With them a
 * convolution is a product of matrices. Outputs are numbered through all pictures of a batch, row by row.
 */

import { Reach, Window } from './window.as';

/** P[count, filterHeight·filterWidth·channels] ← the patches of the outputs from number `first` on. */
export function gatherPatches(window: Window, x: usize, first: i32, count: i32, patches: usize): void {
  for (let p = first; p < first + count; p++) patches = Patch.gather(window, x, p, patches);
}

/** Adds P[count, filterHeight·filterWidth·channels] to where gatherPatches takes it from; what would lie outside is dropped. */
export function scatterPatches(window: Window, patches: usize, first: i32, count: i32, x: usize): void {
  for (let p = first; p < first + count; p++) patches = Patch.scatter(window, x, p, patches);
}

class Patch {
  static gather(window: Window, x: usize, output: i32, patch: usize): usize {
    return Patch.move(window, x, output, patch, false);
  }

  static scatter(window: Window, x: usize, output: i32, patch: usize): usize {
    return Patch.move(window, x, output, patch, true);
  }

  /** Either direction; compiled once for each. Returns where the next patch lies. */
  @inline
  static move(window: Window, x: usize, output: i32, patch: usize, back: bool): usize {
    const line = output / window.outWidth;
    const picture = line / window.outHeight;
    const left = (output - line * window.outWidth) * window.strideX - window.left;
    const taps = window.filterWidth;
    const dilation = window.dilationX;
    const from = Reach.first(left, dilation, taps);
    const to = max(from, Reach.end(left, dilation, taps, window.width));
    const pixel = (<usize>window.channels) << 2;
    const before = <usize>from * pixel;
    const inside = <usize>(to - from) * pixel;
    const behind = <usize>(taps - to) * pixel;
    x += <usize>picture * window.pictureBytes + <usize>(left + from * dilation) * pixel;
    let y = (line - picture * window.outHeight) * window.strideY - window.top;
    for (let fy = 0; fy < window.filterHeight; fy++, y += window.dilationY) {
      if (y < 0 || y >= window.height) {
        if (!back) Run.clear(patch, <usize>taps * pixel);
        patch += <usize>taps * pixel;
        continue;
      }
      if (!back) Run.clear(patch, before);
      patch += before;
      const source = x + <usize>(y * window.width) * pixel;
      if (dilation === 1) {
        // Taps that lie side by side, in one run.
        Run.move(source, patch, inside, back);
        patch += inside;
      } else {
        const step = <usize>dilation * pixel;
        const end = patch + inside;
        for (let tap = source; patch < end; tap += step, patch += pixel) Run.move(tap, patch, pixel, back);
      }
      if (!back) Run.clear(patch, behind);
      patch += behind;
    }
    return patch;
  }
}

/** So many bytes of numbers; most are short, so that a call of memory.copy would take longer than the copy. */
class Run {
  @inline
  static clear(target: usize, bytes: usize): void {
    for (const end = target + bytes; target < end; target += 4) store<f32>(target, 0);
  }

  /** patch ← picture, or picture += patch. */
  @inline
  static move(picture: usize, patch: usize, bytes: usize, back: bool): void {
    const end = patch + bytes;
    for (; patch + 16 <= end; patch += 16, picture += 16) {
      const values = v128.load(back ? patch : picture);
      if (back) v128.store(picture, f32x4.add(v128.load(picture), values));
      else v128.store(patch, values);
    }
    for (; patch < end; patch += 4, picture += 4) {
      const value = load<f32>(back ? patch : picture);
      if (back) store<f32>(picture, load<f32>(picture) + value);
      else store<f32>(patch, value);
    }
  }
}
