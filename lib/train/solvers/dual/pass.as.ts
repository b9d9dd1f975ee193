/** Equations 2 to 4 for some panels at a time, from the products of rows to the slopes of the loss, while they are in cache. */

import { activate, descendThrough } from '../../../backend/kernels/activations.as';
import { Lanes } from '../../../backend/kernels/lanes.as';
import { tile } from '../../../backend/kernels/tile.as';
import { Layer, Panel, Pieces, Quad, The } from './problem.as';
import { takePiece } from './threads.as';

const PANELS: i32 = 4; // that share what is read of A
const K_BLOCK: i32 = 512; // rows of A: 8 KiB of a tile of it, beside 16 KiB of a panel of K

/** Mean squared errors of the training and of the validation rows, float64 each; at this address when they are told. */
export const LOSSES: usize = 384;

/** Forward all panels, backward those of the training rows. */
export function pass(): void {
  const p = The.problem();
  const pieces = Pieces.count(PANELS);
  for (let i = takePiece(); i < pieces; i = takePiece()) {
    const from = Pieces.from(i, PANELS);
    const to = Pieces.to(i, PANELS);
    const isTraining = from < p.trainingPanels;
    forwardFirst(from, to);
    for (let s = from; s < to; s++) {
      for (let l = 1; l < p.layers; l++) forward(l, s);
      store<f32>(p.losses + ((<usize>s) << 2), residual(s, isTraining));
      if (isTraining) for (let l = p.layers - 1; l > 0; l--) backward(l, s);
    }
  }
}

/** h = f(Z₀ + K·A + b). */
function forwardFirst(from: i32, to: i32): void {
  const p = The.problem();
  const layer = The.layer(0);
  const n = layer.inputs;
  for (let s = from; s < to; s++) plusBias(layer, Panel.of(p.z0, s, layer.units), Panel.of(layer.h, s, layer.units));
  for (let k = 0; k < n; k += K_BLOCK) {
    const depth = min(K_BLOCK, n - k);
    for (let i = 0; i < layer.units; i += 4) {
      const rows = Quad.of(layer.weights, i >> 2, n, k);
      for (let s = from; s < to; s++) {
        const columns = Panel.row(Panel.of(p.k, s, n), k);
        tile(rows, columns, Panel.row(Panel.of(layer.h, s, layer.units), i), 32, depth, true);
      }
    }
  }
  for (let s = from; s < to; s++) finish(layer, Panel.of(layer.h, s, layer.units));
}

/** h = f(h_below·W + b). */
function forward(l: i32, s: i32): void {
  const layer = The.layer(l);
  const below = Panel.of(The.layer(l - 1).h, s, layer.inputs);
  const h = Panel.of(layer.h, s, layer.units);
  plusBias(layer, 0, h);
  for (let i = 0; i < layer.units; i += 4)
    tile(Quad.of(layer.weights, i >> 2, layer.inputs, 0), below, Panel.row(h, i), 32, layer.inputs, true);
  finish(layer, h);
}

/** target = source + b in every column; without a source, b alone. */
function plusBias(layer: Layer, source: usize, target: usize): void {
  for (let i: usize = 0; i < <usize>layer.units; i++, target += 32) {
    const b = v128.load32_splat(layer.bias + (i << 2));
    const from = source + (i << 5);
    v128.store(target, source ? f32x4.add(v128.load(from), b) : b);
    v128.store(target, source ? f32x4.add(v128.load(from, 16), b) : b, 16);
  }
}

/** z → h; what is padded stays 0, whatever f(0) is. */
function finish(layer: Layer, z: usize): void {
  activate(layer.activation, z, z, layer.realUnits << 3);
  memory.fill(Panel.row(z, layer.realUnits), 0, (<usize>(layer.units - layer.realUnits)) << 5);
}

/** The sum of squared errors of a panel; of training rows δ = ∂E/∂z of the last layer as well. */
function residual(s: i32, isTraining: bool): f32 {
  const p = The.problem();
  const layer = The.layer(p.layers - 1);
  const size = (<usize>layer.units) << 5;
  const at = <usize>s * size;
  const scale = f32x4.splat(2 / p.trainingLabels);
  let sum = f32x4.splat(0);
  for (let q: usize = 0; q < size; q += 16) {
    const difference = f32x4.sub(v128.load(layer.h + at + q), v128.load(p.y + at + q));
    const error = f32x4.mul(difference, v128.load(p.mask + at + q));
    sum = Lanes.fma(error, error, sum);
    if (isTraining) v128.store(layer.delta + at + q, f32x4.mul(error, scale));
  }
  if (isTraining) through(layer, s);
  return Lanes.sum(sum);
}

/** δ_below = (W·δ) ∘ f′(z_below). */
function backward(l: i32, s: i32): void {
  const layer = The.layer(l);
  const below = The.layer(l - 1);
  const delta = Panel.of(layer.delta, s, layer.units);
  const target = Panel.of(below.delta, s, below.units);
  for (let i = 0; i < below.units; i += 4)
    tile(Quad.of(layer.flipped, i >> 2, layer.units, 0), delta, Panel.row(target, i), 32, layer.units, false);
  through(below, s);
}

/** δ ← δ ∘ f′(z) of a panel. */
function through(layer: Layer, s: i32): void {
  const delta = Panel.of(layer.delta, s, layer.units);
  descendThrough(layer.activation, Panel.of(layer.h, s, layer.units), delta, delta, layer.units << 3);
}

/** Sums the panels' losses, in their order, and leaves the means at LOSSES. */
export function lossesToTell(): void {
  const p = The.problem();
  store<f64>(LOSSES, sumOf(0, p.trainingPanels) / p.trainingLabels);
  store<f64>(LOSSES + 8, sumOf(p.trainingPanels, p.panels) / p.validationLabels);
}

function sumOf(from: i32, to: i32): f64 {
  let sum: f64 = 0;
  for (let s = from; s < to; s++) sum += load<f32>(The.problem().losses + ((<usize>s) << 2));
  return sum;
}
