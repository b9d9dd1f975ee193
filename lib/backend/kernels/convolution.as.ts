/**
 * Convolutions and their gradients as products of matrices, a block of outputs at a time: with the patches P[p, j] of the outputs p, the
 * filter as a matrix W[j, n], j = (fy, fx, channel), and the gradient dY[p, n] of the outputs
 *
 *     Y = f(P·W + bias)        dW = Pᵀ·dY        dP = dY·Wᵀ, of which dX is the sum where P was taken from
 *
 * Where every output looks at its own pixel alone, P is X, and nothing is copied.
 */

import { addMatmul, fusedMatmul, matmul } from './matmul.as';
import { addNarrow, isNarrow } from './narrow.as';
import { gatherPatches, scatterPatches } from './patches.as';
import { Window } from './window.as';

const PANEL_BYTES: usize = 32; // 8 columns, where the rows of a product lie in one piece

/**
 * out ← f(x ∗ filter + bias)
 *
 * @param bias address of [outChannels], or 0
 * @param activation code of f
 * @param room at least one patch; with more, blocks are larger
 */
export function convolve(
  window: Window,
  x: usize,
  filter: usize,
  bias: usize,
  activation: i32,
  out: usize,
  room: usize,
  roomBytes: i32,
): void {
  const n = window.outChannels;
  const row = (<usize>n) << 2;
  const outputs = Block.outputs(window);
  const k = Block.entries(window);
  const patch = (<usize>k) << 2;
  const block = Block.size(window, outputs, roomBytes);
  for (let p = 0; p < outputs; p += block) {
    const m = min(block, outputs - p);
    const patches = Block.gather(window, x, p, m, room);
    const target = out + <usize>p * row;
    fusedMatmul(patches, patch, 4, filter, row, 4, target, row, PANEL_BYTES, m, n, k, bias, activation);
  }
}

/** out ← the gradient of the filter; x are the inputs, dy the gradient of the outputs. */
export function convolutionFilterGradient(
  window: Window,
  x: usize,
  dy: usize,
  out: usize,
  room: usize,
  roomBytes: i32,
): void {
  const n = window.outChannels;
  const row = (<usize>n) << 2;
  const outputs = Block.outputs(window);
  const k = Block.entries(window);
  const patch = (<usize>k) << 2;
  const block = Block.size(window, outputs, roomBytes);
  memory.fill(out, 0, <usize>k * row);
  for (let p = 0; p < outputs; p += block) {
    const m = min(block, outputs - p);
    const patches = Block.gather(window, x, p, m, room);
    const seen = dy + <usize>p * row;
    if (isNarrow(k, n)) addNarrow(patches, seen, out, k, n, m);
    else addMatmul(patches, 4, patch, seen, row, 4, out, row, PANEL_BYTES, k, n, m);
  }
}

/** out ← the gradient of the inputs; dy is the gradient of the outputs. */
export function convolutionInputGradient(
  window: Window,
  dy: usize,
  filter: usize,
  out: usize,
  room: usize,
  roomBytes: i32,
): void {
  const n = window.outChannels;
  const row = (<usize>n) << 2;
  const outputs = Block.outputs(window);
  const k = Block.entries(window);
  const patch = (<usize>k) << 2;
  if (window.isPixelwise) {
    matmul(dy, row, 4, filter, 4, row, out, patch, PANEL_BYTES, outputs, k, n);
    return;
  }
  const block = Block.size(window, outputs, roomBytes);
  memory.fill(out, 0, <usize>window.batch * window.pictureBytes);
  for (let p = 0; p < outputs; p += block) {
    const m = min(block, outputs - p);
    matmul(dy + <usize>p * row, row, 4, filter, 4, row, room, patch, PANEL_BYTES, m, k, n);
    scatterPatches(window, room, p, m, out);
  }
}

class Block {
  @inline
  static outputs(window: Window): i32 {
    return window.batch * window.outHeight * window.outWidth;
  }

  /** Numbers of a patch. */
  @inline
  static entries(window: Window): i32 {
    return window.filterHeight * window.filterWidth * window.channels;
  }

  /** Outputs of a block: as many patches as there is room for, and all where there is nothing to copy. */
  @inline
  static size(window: Window, outputs: i32, roomBytes: i32): i32 {
    return window.isPixelwise ? max(1, outputs) : max(1, roomBytes / max(4, Block.entries(window) << 2));
  }

  /** Where the patches of a block lie. */
  @inline
  static gather(window: Window, x: usize, first: i32, count: i32, room: usize): usize {
    if (window.isPixelwise) return x;
    gatherPatches(window, x, first, count, room);
    return room;
  }
}
