/** The products of rows: K = X·X_trainᵀ and Z₀ = X·W₁(0) before the descent, W₁ = W₁(0) + X_trainᵀ·A after it. */

import { LINEAR } from '../../../backend/kernels/activations.as';
import { matmul } from '../../../backend/kernels/matmul.as';
import { Pieces, The } from './problem.as';
import { barrier, takePiece, thread } from './threads.as';

const PANELS: i32 = 16; // 128 samples in one piece
const PIXELS: i32 = 128; // rows of W₁ in one piece

/** Equation 1. Of the training rows' own products one half is computed and mirrored. Ends with a barrier. */
export function products(): void {
  const p = The.problem();
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

function productsWithTraining(from: i32, panels: i32): void {
  const p = The.problem();
  const n = p.trainingPanels * 8;
  const first = firstRow(from);
  const row = (<usize>p.inputs) << 2;
  matmul(
    p.x + <usize>first * row,
    row,
    4,
    p.x + <usize>(from * 8) * row,
    4,
    row,
    p.k + (((<usize>from * n + first) as usize) << 5),
    32,
    (<usize>n) << 5,
    n - first,
    panels * 8,
    p.inputs,
    0,
    LINEAR,
    scratch(),
  );
}

/** The training rows that a panel of K has computed begin here; those above are a mirror image. */
function firstRow(panel: i32): i32 {
  return panel < The.problem().trainingPanels ? (panel / PANELS) * PANELS * 8 : 0;
}

function productsWithWeights(from: i32, panels: i32): void {
  const p = The.problem();
  const layer = The.layer(0);
  const row = (<usize>p.inputs) << 2;
  matmul(
    p.w0,
    4,
    (<usize>layer.realUnits) << 2,
    p.x + <usize>(from * 8) * row,
    4,
    row,
    p.z0 + ((<usize>from * layer.units) << 5),
    32,
    (<usize>layer.units) << 5,
    layer.realUnits,
    panels * 8,
    p.inputs,
    0,
    LINEAR,
    scratch(),
  );
}

/** The rows of a panel of K that were not computed: K is symmetric. */
function mirror(s: i32): void {
  const p = The.problem();
  const n = p.trainingPanels * 8;
  const first = firstRow(s);
  for (let i = 0; i < first; i++) {
    const to = p.k + ((<usize>s * n + i) << 5);
    const from = p.k + ((<usize>(i >> 3) * n + s * 8) << 5) + ((<usize>(i & 7)) << 2);
    for (let j: usize = 0; j < 8; j++) store<f32>(to + (j << 2), load<f32>(from + (j << 5)));
  }
}

/** out [d, units] = W₁(0) + X_trainᵀ·A. Begins and ends with a barrier; overwrites the first layer's outputs. */
export function primal(a: usize, out: usize): void {
  const p = The.problem();
  const layer = The.layer(0);
  const units = layer.realUnits;
  const n = p.trainingPanels * 8;
  const flat = layer.h;
  barrier();
  for (let s = takePiece(); s < p.trainingPanels; s = takePiece()) flatten(a, s, flat);
  barrier();
  const pieces = (p.inputs + PIXELS - 1) / PIXELS;
  for (let i = takePiece(); i < pieces; i = takePiece()) {
    const from = i * PIXELS;
    const pixels = min(PIXELS, p.inputs - from);
    const at = (<usize>from * units) << 2;
    matmul(
      p.x + ((<usize>from) << 2),
      4,
      (<usize>p.inputs) << 2,
      flat,
      (<usize>units) << 2,
      4,
      out + at,
      (<usize>units) << 2,
      32,
      pixels,
      units,
      n,
      0,
      LINEAR,
      scratch(),
    );
    for (let q: usize = 0, end = (<usize>(pixels * units)) << 2; q < end; q += 4)
      store<f32>(out + at + q, load<f32>(out + at + q) + load<f32>(p.w0 + at + q));
  }
  barrier();
}

/** A [units / 4][8·R][4] of one panel's samples → [8·R, units]. */
function flatten(a: usize, s: i32, flat: usize): void {
  const units = The.layer(0).realUnits;
  const n = The.problem().trainingPanels * 8;
  for (let i = s * 8; i < s * 8 + 8; i++)
    for (let j = 0; j < units; j++) {
      const from = a + (((<usize>((j >> 2) * n + i)) << 4) + ((<usize>(j & 3)) << 2));
      store<f32>(flat + ((<usize>i * units + j) << 2), load<f32>(from));
    }
}

function scratch(): usize {
  const p = The.problem();
  return p.scratch + <usize>thread() * p.scratchBytes;
}
