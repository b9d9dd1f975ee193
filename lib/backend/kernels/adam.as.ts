/** A step of Adam for one variable, in one pass over the memory; `adam.ts` has the equations. AssemblyScript. */

import { Lanes } from './lanes.as';

/**
 * New weights from the old ones and a gradient, `count` numbers each; means and squares are changed where they lie.
 *
 * @param beta1, beta2 in double precision, so that 1 − β is rounded once
 * @param rate η / (1 − β₁ᵗ)
 * @param correction 1 / (1 − β₂ᵗ)
 * @param shrink 1 − η λ
 */
export function adam(
  weights: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  newWeights: usize,
  count: i32,
  beta1: f64,
  beta2: f64,
  rate: f32,
  correction: f32,
  shrink: f32,
  epsilon: f32,
): void {
  const bytes = (<usize>count) << 2;
  const keep1 = f32x4.splat(<f32>beta1);
  const take1 = f32x4.splat(<f32>(1 - beta1));
  const keep2 = f32x4.splat(<f32>beta2);
  const take2 = f32x4.splat(<f32>(1 - beta2));
  const step = f32x4.splat(-rate);
  let width = 4;
  for (let at: usize = 0; at < bytes; at += (<usize>width) << 2) {
    if (at + 16 > bytes) width = 1;
    const g = Lanes.load(gradient + at, width);
    const m = Lanes.fma(g, take1, f32x4.mul(Lanes.load(mean + at, width), keep1));
    const s = Lanes.fma(f32x4.mul(g, g), take2, f32x4.mul(Lanes.load(square + at, width), keep2));
    const spread = f32x4.sqrt(f32x4.mul(s, f32x4.splat(correction)));
    const direction = f32x4.div(m, f32x4.add(spread, f32x4.splat(epsilon)));
    const w = f32x4.mul(Lanes.load(weights + at, width), f32x4.splat(shrink));
    Lanes.store(mean + at, m, width);
    Lanes.store(square + at, s, width);
    Lanes.store(newWeights + at, Lanes.fma(direction, step, w), width);
  }
}
