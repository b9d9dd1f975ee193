/** The products of rows: K = X·X_trainᵀ and Z₀ = X·W₁(0) before the descent, W₁ = W₁(0) + X_trainᵀ·A after it. */

import { matmul, useScratch } from '../../../backend/kernels/matmul.as';
import { Panel, Pieces, Quad, The } from './problem.as';
import { barrier, takePiece } from './threads.as';

const PANELS: i32 = 16; // 128 samples in one piece
const PIXELS: i32 = 128; // rows of W₁ in one piece

/** Equation 1. Of the training rows' own products one half is computed and mirrored. Ends with a barrier. */
export function products(): void {
  const p = The.problem();
  useScratch(The.scratch());
  const pieces = Pieces.count(PANELS);
  for (let i = takePiece(); i < pieces; i = takePiece()) {
    const from = Pieces.from(i, PANELS);
    const panels = Pieces.to(i, PANELS) - from;
    productsWithTraining(from, panels);
    productsWithWeights(from, panels);
  }
  barrier();
  for (let s = takePiece(); s < p.trainingPanels; s = takePiece()) mirror(s);
  barrier();
}

/** K [n, samples] = X_train · X_samplesᵀ, from the first row on that is no mirror image. */
function productsWithTraining(from: i32, panels: i32): void {
  const p = The.problem();
  const n = p.trainingPanels * 8;
  const first = firstRow(from);
  const row = (<usize>p.inputs) << 2;
  const samples = p.x + <usize>(from * 8) * row;
  const training = p.x + <usize>first * row;
  const k = Panel.row(Panel.of(p.k, from, n), first);
  matmul(training, row, 4, samples, 4, row, k, 32, (<usize>n) << 5, n - first, panels * 8, p.inputs);
}

/** Z₀ [units, samples] = W₁(0)ᵀ · X_samplesᵀ. */
function productsWithWeights(from: i32, panels: i32): void {
  const p = The.problem();
  const layer = The.layer(0);
  const row = (<usize>p.inputs) << 2;
  const samples = p.x + <usize>(from * 8) * row;
  const units = layer.units;
  const real = layer.realUnits;
  const z0 = Panel.of(p.z0, from, units);
  matmul(p.w0, 4, (<usize>real) << 2, samples, 4, row, z0, 32, (<usize>units) << 5, real, panels * 8, p.inputs);
}

/** Training rows above this one are a mirror image in a panel of K: K is symmetric. */
function firstRow(panel: i32): i32 {
  return panel < The.problem().trainingPanels ? (panel / PANELS) * PANELS * 8 : 0;
}

function mirror(s: i32): void {
  const k = The.problem().k;
  const n = The.problem().trainingPanels * 8;
  for (let i = 0; i < firstRow(s); i++) {
    const to = Panel.row(Panel.of(k, s, n), i);
    const from = Panel.row(Panel.of(k, i >> 3, n), s * 8) + ((<usize>(i & 7)) << 2);
    for (let j: usize = 0; j < 8; j++) store<f32>(to + (j << 2), load<f32>(from + (j << 5)));
  }
}

/** out [d, units] = W₁(0) + X_trainᵀ·A. Begins and ends with a barrier; overwrites the first layer's outputs. */
export function primal(a: usize, out: usize): void {
  const p = The.problem();
  const layer = The.layer(0);
  const units = layer.realUnits;
  const unitBytes = (<usize>units) << 2;
  const flat = layer.h;
  barrier();
  for (let s = takePiece(); s < p.trainingPanels; s = takePiece()) flatten(a, s, flat);
  barrier();
  const pieces = (p.inputs + PIXELS - 1) / PIXELS;
  for (let i = takePiece(); i < pieces; i = takePiece()) {
    const from = i * PIXELS;
    const pixels = min(PIXELS, p.inputs - from);
    const x = p.x + ((<usize>from) << 2);
    const at = <usize>from * unitBytes;
    matmul(
      x,
      4,
      (<usize>p.inputs) << 2,
      flat,
      unitBytes,
      4,
      out + at,
      unitBytes,
      32,
      pixels,
      units,
      p.trainingPanels * 8,
    );
    for (let q: usize = at, end = at + <usize>pixels * unitBytes; q < end; q += 4)
      store<f32>(out + q, load<f32>(out + q) + load<f32>(p.w0 + q));
  }
  barrier();
}

/** A [units / 4][8·R][4] of one panel's samples → [8·R, units]. */
function flatten(a: usize, s: i32, flat: usize): void {
  const units = The.layer(0).realUnits;
  const n = The.problem().trainingPanels * 8;
  for (let i = s * 8; i < s * 8 + 8; i++)
    for (let j = 0; j < units; j++)
      store<f32>(flat + ((<usize>i * units + j) << 2), load<f32>(Quad.of(a, j >> 2, n, i) + ((<usize>(j & 3)) << 2)));
}
