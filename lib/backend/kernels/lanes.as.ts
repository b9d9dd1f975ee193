/**
 * Four float32 in a vector: the few things that WebAssembly's instructions leave to us. AssemblyScript, shared by every module.
 *
 * A multiply-add is one instruction in the relaxed-SIMD variant of a module and two in the baseline one; that is all they differ in.
 */
export class Lanes {
  /** a·b + c */
  @inline
  static fma(a: v128, b: v128, c: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<f32>(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
  }

  @inline
  static sum(v: v128): f32 {
    const pairs = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
  }

  /** Where `mask` is all ones a, else b. */
  @inline
  static choose(mask: v128, a: v128, b: v128): v128 {
    return v128.bitselect(a, b, mask);
  }

  /** Four numbers, or one where `width` is 1; a constant. */
  @inline
  static load(address: usize, width: i32): v128 {
    return width === 4 ? v128.load(address) : v128.load32_zero(address);
  }

  @inline
  static store(address: usize, v: v128, width: i32): void {
    if (width === 4) v128.store(address, v);
    else v128.store32_lane(address, v, 0);
  }
}
