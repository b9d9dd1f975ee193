/** Equation 5: the gradients of the weights, and the step down. */

import { Lanes } from '../../../backend/kernels/lanes.as';
import { packRows } from '../../../backend/kernels/tile.as';
import { Layer, Panel, Quad, The } from './problem.as';
import { takePiece } from './threads.as';

const UNITS: i32 = 8; // whose gradients are one piece

/** ∂E/∂W = hᵀδ of every layer but the first, ∂E/∂b = Σδ of every layer. */
export function gradients(): void {
  for (let piece = takePiece(); gradient(piece); piece = takePiece());
}

/** Pieces in turn: for every layer its biases and the units below it, eight at a time. False after the last. */
function gradient(piece: i32): bool {
  const p = The.problem();
  for (let l = 0; l < p.layers; l++) {
    const layer = The.layer(l);
    const ofBias = (layer.units + UNITS - 1) / UNITS;
    if (piece < ofBias) {
      gradientOfBias(layer, piece * UNITS, min(layer.units, piece * UNITS + UNITS));
      return true;
    }
    piece -= ofBias;
    if (l === 0) continue;
    const ofWeights = (layer.inputs + UNITS - 1) / UNITS;
    if (piece < ofWeights) {
      gradientOfWeights(layer, The.layer(l - 1).h, piece * UNITS, min(layer.inputs, piece * UNITS + UNITS));
      return true;
    }
    piece -= ofWeights;
  }
  return false;
}

function gradientOfBias(layer: Layer, from: i32, to: i32): void {
  const step = (<usize>layer.units) << 5;
  for (let i = from; i < to; i++) {
    let delta = Panel.row(layer.delta, i);
    let sum = f32x4.splat(0);
    for (let s = 0; s < The.problem().trainingPanels; s++, delta += step)
      sum = f32x4.add(sum, f32x4.add(v128.load(delta), v128.load(delta, 16)));
    store<f32>(layer.biasGradient + ((<usize>i) << 2), Lanes.sum(sum));
  }
}

function gradientOfWeights(layer: Layer, below: usize, from: i32, to: i32): void {
  for (let unit = 0; unit < layer.units; unit += 4)
    for (let i = from; i < to; i += 2)
      outer(
        Panel.row(layer.delta, unit),
        (<usize>layer.units) << 5,
        Panel.row(below, i),
        (<usize>layer.inputs) << 5,
        Quad.of(layer.gradient, unit >> 2, layer.inputs, i),
        The.problem().trainingPanels,
      );
}

/** Products of four units' δ with two units' h, summed over all samples: [2][4]. */
function outer(delta: usize, deltaStep: usize, h: usize, hStep: usize, target: usize, panels: i32): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  for (let s = 0; s < panels; s++, delta += deltaStep, h += hStep)
    for (let half: usize = 0; half < 32; half += 16) {
      const first = v128.load(h + half);
      const second = v128.load(h + half, 32);
      let d = v128.load(delta + half);
      a0 = Lanes.fma(d, first, a0);
      b0 = Lanes.fma(d, second, b0);
      d = v128.load(delta + half, 32);
      a1 = Lanes.fma(d, first, a1);
      b1 = Lanes.fma(d, second, b1);
      d = v128.load(delta + half, 64);
      a2 = Lanes.fma(d, first, a2);
      b2 = Lanes.fma(d, second, b2);
      d = v128.load(delta + half, 96);
      a3 = Lanes.fma(d, first, a3);
      b3 = Lanes.fma(d, second, b3);
    }
  v128.store(target, f32x4(Lanes.sum(a0), Lanes.sum(a1), Lanes.sum(a2), Lanes.sum(a3)));
  v128.store(target, f32x4(Lanes.sum(b0), Lanes.sum(b1), Lanes.sum(b2), Lanes.sum(b3)), 16);
}

/**
 * The step down, four units of a layer in one piece.
 *
 * @param keep whether the weights before it are the best so far
 */
export function descend(keep: bool): void {
  for (let piece = takePiece(); ; piece = takePiece()) {
    let quad = piece;
    let l = 0;
    while (l < The.problem().layers && quad >= The.layer(l).units >> 2) quad -= The.layer(l++).units >> 2;
    if (l === The.problem().layers) return;
    const layer = The.layer(l);
    if (keep) keepBest(layer, quad);
    if (layer.hasBias) stepOfBias(layer, quad);
    if (l === 0) stepOfFirst(layer, quad);
    else stepOfWeights(layer, quad);
  }
}

function keepBest(layer: Layer, quad: i32): void {
  const size = (<usize>layer.inputs) << 4;
  memory.copy(layer.bestWeights + <usize>quad * size, layer.weights + <usize>quad * size, size);
  memory.copy(layer.bestBias + ((<usize>quad) << 4), layer.bias + ((<usize>quad) << 4), 16);
}

function stepOfBias(layer: Layer, quad: i32): void {
  const at = (<usize>quad) << 4;
  Rule.step(layer.bias + at, layer.biasVelocity + at, v128.load(layer.biasGradient + at));
}

function stepOfWeights(layer: Layer, quad: i32): void {
  const at = (<usize>quad * layer.inputs) << 4;
  for (let q: usize = at, end = at + ((<usize>layer.inputs) << 4); q < end; q += 16)
    Rule.step(layer.weights + q, layer.velocity + q, v128.load(layer.gradient + q));
  flip(layer, quad);
}

/** A ← A − η δ, for which δ [unit][8] of a panel is turned to [8][4 units]. */
function stepOfFirst(layer: Layer, quad: i32): void {
  const turned = The.scratch();
  let at = (<usize>quad * layer.inputs) << 4;
  for (let s = 0; s < The.problem().trainingPanels; s++, at += 128) {
    packRows(Panel.row(Panel.of(layer.delta, s, layer.units), quad << 2), 32, 4, turned, 8, 4);
    for (let q: usize = 0; q < 128; q += 16)
      Rule.step(layer.weights + at + q, layer.velocity + at + q, v128.load(turned + q));
  }
}

class Rule {
  /** v ← μ·v + g and w ← w − η·v, with Nesterov w ← w − η·(g + μ·v), for four weights (as tf.train.momentum). */
  @inline
  static step(w: usize, velocity: usize, g: v128): void {
    const p = The.problem();
    let step = g;
    if (p.momentum > 0) {
      const momentum = f32x4.splat(p.momentum);
      const v = Lanes.fma(momentum, v128.load(velocity), g);
      v128.store(velocity, v);
      step = p.nesterov ? Lanes.fma(momentum, v, g) : v;
    }
    v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(f32x4.splat(p.learningRate), step)));
  }
}

/** Makes the flipped weights of every layer but the first. */
export function flipAll(): void {
  for (let piece = takePiece(); piece < The.problem().layers; piece = takePiece())
    if (piece > 0) for (let quad = 0; quad < The.layer(piece).units >> 2; quad++) flip(The.layer(piece), quad);
}

/** flipped[input / 4][unit][input % 4] ← weights[quad][input][unit % 4] of four units. */
function flip(layer: Layer, quad: i32): void {
  let from = Quad.of(layer.weights, quad, layer.inputs, 0);
  for (let i = 0; i < layer.inputs; i++)
    for (let unit = quad << 2; unit < (quad << 2) + 4; unit++, from += 4)
      store<f32>(Quad.of(layer.flipped, i >> 2, layer.units, unit) + ((<usize>(i & 3)) << 2), load<f32>(from));
}
