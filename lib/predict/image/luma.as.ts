/** `luma.ts` by vectors, to the same values. AssemblyScript, shared by `pixels.as.ts` and the decoder of JPEGs. */
export class Luma {
  /**
   * The gray values of four pixels, as 32 bits.
   *
   *     gray = ⌊(299 R + 587 G + 114 B + 500) / 1000⌋
   *
   * Their 1000 is 8·125, and ⌊n/125⌋ = ⌊33555·n/2²²⌋ for all n that there are, below 31,938.
   *
   * @param redGreen R and G of each pixel, 16 bits
   * @param blueOne B and 1
   */
  @inline
  static gray(redGreen: v128, blueOne: v128): v128 {
    const thousandths = i32x4.add(
      i32x4.dot_i16x8_s(redGreen, i16x8(299, 587, 299, 587, 299, 587, 299, 587)),
      i32x4.dot_i16x8_s(blueOne, i16x8(114, 500, 114, 500, 114, 500, 114, 500)),
    );
    return i32x4.shr_u(i32x4.mul(i32x4.shr_u(thousandths, 3), i32x4.splat(33555)), 22);
  }
}
