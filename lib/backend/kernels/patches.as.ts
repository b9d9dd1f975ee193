/**
 * The patches that a filter sees, one row for every output: P[p, j] with j = (fy, fx, channel), zero outside of the picture. With them a
 * convolution is a product of matrices. Outputs are numbered through all pictures of a batch, row by row.
 */

import { Reach, Window } from './window.as';

/** P[count, filterHeight·filterWidth·channels] ← the patches of the outputs from number `first` on. */
export function gatherPatches(window: Window, x: usize, first: i32, count: i32, patches: usize): void {
  Lines.each(window, x, first, count, patches, false);
}

/** Adds P[count, filterHeight·filterWidth·channels] to where gatherPatches takes it from; what would lie outside is dropped. */
export function scatterPatches(window: Window, patches: usize, first: i32, count: i32, x: usize): void {
  Lines.each(window, x, first, count, patches, true);
}

/** Either direction; compiled once for each. */
class Lines {
  /** The outputs line by line, and for each line the rows that the filter's rows see. */
  @inline
  static each(window: Window, x: usize, first: i32, count: i32, patches: usize, back: bool): void {
    const pixel = (<usize>window.channels) << 2;
    const row = <usize>window.width * pixel;
    const taps = <usize>window.filterWidth * pixel;
    for (const end = first + count; first < end; ) {
      const line = first / window.outWidth;
      const picture = line / window.outHeight;
      const from = first - line * window.outWidth;
      const to = min(window.outWidth, from + end - first);
      let y = (line - picture * window.outHeight) * window.strideY - window.top;
      for (let fy = 0; fy < window.filterHeight; fy++, y += window.dilationY) {
        const source = x + <usize>picture * window.pictureBytes + <usize>y * row;
        const target = patches + <usize>fy * taps;
        if (y >= 0 && y < window.height) {
          if (back) scatterLine(window, source, from, to, target);
          else gatherLine(window, source, from, to, target);
        } else if (!back) clearLine(window, from, to, target);
      }
      patches += <usize>((to - from) * window.filterHeight) * taps;
      first += to - from;
    }
  }

  /** One row of the filter over one row of a picture, for the outputs from column `from` on. */
  @inline
  static slide(window: Window, source: usize, from: i32, to: i32, patch: usize, back: bool): void {
    const taps = window.filterWidth;
    const dilation = window.dilationX;
    const pixel = (<usize>window.channels) << 2;
    const whole = <usize>taps * pixel;
    const patchBytes = <usize>window.filterHeight * whole;
    const lastWhole = dilation === 1 ? window.width - taps : -1;
    let left = from * window.strideX - window.left;
    for (let ox = from; ox < to; ox++, left += window.strideX, patch += patchBytes) {
      const start = source + <usize>left * pixel;
      if (left >= 0 && left <= lastWhole) Run.move(start, patch, whole, back);
      else Lines.part(start, patch, left, taps, dilation, window.width, pixel, back);
    }
  }

  /** Taps of which some lie outside, or not side by side. */
  @inline
  static part(
    start: usize,
    patch: usize,
    left: i32,
    taps: i32,
    dilation: i32,
    width: i32,
    pixel: usize,
    back: bool,
  ): void {
    const from = Reach.first(left, dilation, taps);
    const to = max(from, Reach.end(left, dilation, taps, width));
    if (!back) Run.clear(patch, <usize>from * pixel);
    for (let tap = from; tap < to; tap++)
      Run.move(start + <usize>(tap * dilation) * pixel, patch + <usize>tap * pixel, pixel, back);
    if (!back) Run.clear(patch + <usize>to * pixel, <usize>(taps - to) * pixel);
  }
}

function gatherLine(window: Window, source: usize, from: i32, to: i32, patch: usize): void {
  Lines.slide(window, source, from, to, patch, false);
}

function scatterLine(window: Window, source: usize, from: i32, to: i32, patch: usize): void {
  Lines.slide(window, source, from, to, patch, true);
}

function clearLine(window: Window, from: i32, to: i32, patch: usize): void {
  const whole = (<usize>(window.filterWidth * window.channels)) << 2;
  for (let ox = from; ox < to; ox++, patch += <usize>window.filterHeight * whole) Run.clear(patch, whole);
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
