/**
 * Activations h = f(z), and their slopes f′ written in terms of h, four numbers at a time. AssemblyScript, shared by every
 * module. NaN stays NaN. Errors against double precision are below 4e-7, relative or absolute, whichever is smaller for tanh, sigmoid
 * and softplus; absolute for elu and selu.
 */

import { Lanes } from './lanes.as';

// The codes under which callers ask for them.
export const LINEAR: i32 = 0;
export const TANH: i32 = 1;
export const SIGMOID: i32 = 2;
export const RELU: i32 = 3;
export const RELU6: i32 = 4;
export const ELU: i32 = 5;
export const SELU: i32 = 6;
export const SOFTPLUS: i32 = 7;
export const SOFTSIGN: i32 = 8;

const SELU_SCALE: f32 = 1.0507009873554805; // Klambauer et al. 2017, as in tfjs
const SELU_ALPHA: f32 = 1.6732632423543772;

/** out ← f(z) for `count` numbers; out may be z. */
export function activate(code: i32, z: usize, out: usize, count: i32): void {
  if (code === LINEAR) {
    if (out !== z) memory.copy(out, z, (<usize>count) << 2);
  } else if (code === TANH) Each.apply(TANH, z, out, count);
  else if (code === SIGMOID) Each.apply(SIGMOID, z, out, count);
  else if (code === RELU) Each.apply(RELU, z, out, count);
  else if (code === RELU6) Each.apply(RELU6, z, out, count);
  else if (code === ELU) Each.apply(ELU, z, out, count);
  else if (code === SELU) Each.apply(SELU, z, out, count);
  else if (code === SOFTPLUS) Each.apply(SOFTPLUS, z, out, count);
  else if (code === SOFTSIGN) Each.apply(SOFTSIGN, z, out, count);
}

/** out ← f′(h) ∘ upstream for `count` numbers: what comes down through the activation. */
export function descendThrough(code: i32, h: usize, upstream: usize, out: usize, count: i32): void {
  if (code === LINEAR) memory.copy(out, upstream, (<usize>count) << 2);
  else if (code === TANH) Each.slope(TANH, h, upstream, out, count);
  else if (code === SIGMOID) Each.slope(SIGMOID, h, upstream, out, count);
  else if (code === RELU) Each.slope(RELU, h, upstream, out, count);
  else if (code === RELU6) Each.slope(RELU6, h, upstream, out, count);
  else if (code === ELU) Each.slope(ELU, h, upstream, out, count);
  else if (code === SELU) Each.slope(SELU, h, upstream, out, count);
  else if (code === SOFTPLUS) Each.slope(SOFTPLUS, h, upstream, out, count);
  else if (code === SOFTSIGN) Each.slope(SOFTSIGN, h, upstream, out, count);
}

/** Loops that are compiled once for every code, because it is known where they are inlined. */
class Each {
  @inline
  static apply(code: i32, z: usize, out: usize, count: i32): void {
    let i = 0;
    for (; i + 4 <= count; i += 4, z += 16, out += 16) v128.store(out, Formula.of(code, v128.load(z)));
    for (; i < count; i++, z += 4, out += 4)
      store<f32>(out, f32x4.extract_lane(Formula.of(code, f32x4.splat(load<f32>(z))), 0));
  }

  @inline
  static slope(code: i32, h: usize, upstream: usize, out: usize, count: i32): void {
    let i = 0;
    for (; i + 4 <= count; i += 4, h += 16, upstream += 16, out += 16)
      v128.store(out, f32x4.mul(Slope.of(code, v128.load(h)), v128.load(upstream)));
    for (; i < count; i++, h += 4, upstream += 4, out += 4)
      store<f32>(out, f32x4.extract_lane(Slope.of(code, f32x4.splat(load<f32>(h))), 0) * load<f32>(upstream));
  }
}

/** f of four numbers, by a code that is a constant where it is inlined. */
export class Formula {
  @inline
  static of(code: i32, z: v128): v128 {
    const one = f32x4.splat(1);
    if (code === TANH) return Formula.tanh(z);
    if (code === SIGMOID) return f32x4.div(one, f32x4.add(one, Formula.exp(f32x4.neg(z))));
    if (code === RELU) return Formula.rectify(z);
    if (code === RELU6) return f32x4.min(Formula.rectify(z), f32x4.splat(6));
    if (code === ELU) return Formula.elu(z, 1, 1);
    if (code === SELU) return Formula.elu(z, SELU_SCALE, SELU_SCALE * SELU_ALPHA);
    if (code === SOFTPLUS) return f32x4.add(Formula.rectify(z), Formula.log1p(Formula.exp(f32x4.neg(f32x4.abs(z)))));
    if (code === SOFTSIGN) return f32x4.div(z, f32x4.add(one, f32x4.abs(z)));
    return z;
  }

  /** max(z, 0) in two instructions, where f32x4.max is eight on x64: pmax keeps NaN as max does, and −0, of which the sum makes 0. */
  @inline
  static rectify(z: v128): v128 {
    const zero = f32x4.splat(0);
    return f32x4.pmax(f32x4.add(z, zero), zero);
  }

  /** A rational function of degree 13/6 (Eigen's generic_fast_tanh_float): within 3 units in the last place. */
  @inline
  static tanh(z: v128): v128 {
    const x = f32x4.pmax(f32x4.pmin(z, f32x4.splat(7.90531110763549805)), f32x4.splat(-7.90531110763549805));
    const s = f32x4.mul(x, x);
    let p = Formula.horner(s, f32x4.splat(-2.76076847742355e-16), 2.00018790482477e-13);
    p = Formula.horner(s, p, -8.60467152213735e-11);
    p = Formula.horner(s, p, 5.12229709037114e-8);
    p = Formula.horner(s, p, 1.48572235717979e-5);
    p = Formula.horner(s, p, 6.37261928875436e-4);
    p = Formula.horner(s, p, 4.89352455891786e-3);
    let q = Formula.horner(s, f32x4.splat(1.19825839466702e-6), 1.18534705686654e-4);
    q = Formula.horner(s, q, 2.268434632439e-3);
    q = Formula.horner(s, q, 4.89352518554385e-3);
    return f32x4.div(f32x4.mul(x, p), q);
  }

  /** scale·z above 0, below·(eᶻ − 1) elsewhere. */
  @inline
  static elu(z: v128, scale: f32, below: f32): v128 {
    const bent = f32x4.mul(f32x4.splat(below), f32x4.sub(Formula.exp(z), f32x4.splat(1)));
    return Lanes.choose(f32x4.gt(z, f32x4.splat(0)), f32x4.mul(f32x4.splat(scale), z), bent);
  }

  /** eˣ = 2ⁿ·eʳ with |r| ≤ ½ ln 2 and a polynomial for eʳ (Cephes' expf); x is held between −87.3 and 88.3. */
  @inline
  static exp(x: v128): v128 {
    const held = f32x4.pmax(f32x4.pmin(x, f32x4.splat(88.3762626647949)), f32x4.splat(-87.3365447504019));
    const n = f32x4.nearest(f32x4.mul(held, f32x4.splat(1.44269504088896341)));
    let r = f32x4.sub(held, f32x4.mul(n, f32x4.splat(0.693359375)));
    r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
    let p = Formula.horner(r, f32x4.splat(1.98756915e-4), 1.3981999507e-3);
    p = Formula.horner(r, p, 8.3334519073e-3);
    p = Formula.horner(r, p, 4.1665795894e-2);
    p = Formula.horner(r, p, 1.6666665459e-1);
    p = Formula.horner(r, p, 5.0000001201e-1);
    const e = f32x4.add(Lanes.fma(p, f32x4.mul(r, r), r), f32x4.splat(1));
    const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
    return f32x4.mul(e, power);
  }

  /** log(1 + t) for 0 ≤ t ≤ 1: 2·artanh(t / (2 + t)), of which nine terms are enough. */
  @inline
  static log1p(t: v128): v128 {
    const x = f32x4.div(t, f32x4.add(t, f32x4.splat(2)));
    const s = f32x4.mul(x, x);
    let p = Formula.horner(s, f32x4.splat(1.0 / 17.0), 1.0 / 15.0);
    p = Formula.horner(s, p, 1.0 / 13.0);
    p = Formula.horner(s, p, 1.0 / 11.0);
    p = Formula.horner(s, p, 1.0 / 9.0);
    p = Formula.horner(s, p, 1.0 / 7.0);
    p = Formula.horner(s, p, 1.0 / 5.0);
    p = Formula.horner(s, p, 1.0 / 3.0);
    p = Formula.horner(s, p, 1.0);
    return f32x4.mul(f32x4.add(x, x), p);
  }

  /** x·p + c */
  @inline
  static horner(x: v128, p: v128, c: f32): v128 {
    return Lanes.fma(x, p, f32x4.splat(c));
  }
}

class Slope {
  @inline
  static of(code: i32, h: v128): v128 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    if (code === TANH) return f32x4.sub(one, f32x4.mul(h, h));
    if (code === SIGMOID) return f32x4.mul(h, f32x4.sub(one, h));
    if (code === RELU) return v128.and(f32x4.gt(h, zero), one);
    if (code === RELU6) return v128.and(v128.and(f32x4.gt(h, zero), f32x4.lt(h, f32x4.splat(6))), one);
    if (code === ELU) return Lanes.choose(f32x4.gt(h, zero), one, f32x4.add(h, one));
    if (code === SELU) {
      const bent = f32x4.add(h, f32x4.splat(SELU_SCALE * SELU_ALPHA));
      return Lanes.choose(f32x4.gt(h, zero), f32x4.splat(SELU_SCALE), bent);
    }
    if (code === SOFTPLUS) return f32x4.sub(one, Formula.exp(f32x4.neg(h)));
    if (code === SOFTSIGN) {
      const rest = f32x4.sub(one, f32x4.abs(h));
      return f32x4.mul(rest, rest);
    }
    return one;
  }
}
