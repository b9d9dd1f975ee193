/** Two vectors of eight 16-bit numbers, each number beside its counterpart. AssemblyScript. */
export class Pairs {
  /** a0 b0 a1 b1 a2 b2 a3 b3 */
  @inline
  static low(a: v128, b: v128): v128 {
    return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  }

  /** a4 b4 a5 b5 a6 b6 a7 b7 */
  @inline
  static high(a: v128, b: v128): v128 {
    return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  }
}
