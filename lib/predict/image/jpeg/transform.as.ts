/**
 * The inverse DCT of a block (ITU-T T.81, A.3.3) as libjpeg's `jidctint.c` computes it, by vectors as libjpeg-turbo's `jidctint-sse2.asm`: whole
 * numbers with 13 bits of fraction, 2 of which stay between the passes, so that all its users come to the same values. After Loeffler,
 * Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications" (1989). AssemblyScript.
 */

import { Pairs } from './pairs.as';

const FRACTION = 13;
const KEPT = 2; // bits of fraction between the passes

// Each times 2¹³, as jidctint.c has them.
const F_0_298631336 = 2446;
const F_0_390180644 = 3196;
const F_0_541196100 = 4433;
const F_0_765366865 = 6270;
const F_0_899976223 = 7373;
const F_1_175875602 = 9633;
const F_1_501321110 = 12299;
const F_1_847759065 = 15137;
const F_1_961570560 = 16069;
const F_2_053119869 = 16819;
const F_2_562915447 = 20995;
const F_3_072711026 = 25172;

/** to [8, 8] bytes, `stride` apart ← block [8, 8] int16, of which zeros stay. */
export function transform(block: usize, to: usize, stride: usize): void {
  if (isRow(block)) repeat(block);
  else Pass.run(block, FRACTION - KEPT);
  Pass.run(block, FRACTION + KEPT + 3);
  for (const end = block + 128; block < end; block += 32, to += 2 * stride) {
    const rows = i8x16.narrow_i16x8_s(v128.load(block), v128.load(block, 16));
    const bytes = v128.xor(rows, i8x16.splat(-128));
    v128.store64_lane(to, bytes, 0);
    v128.store64_lane(to + stride, bytes, 1);
    v128.store(block, i8x16.splat(0));
    v128.store(block, i8x16.splat(0), 16);
  }
}

/** Whether all rows but the first are of zeros. */
function isRow(block: usize): bool {
  let others = v128.load(block, 16);
  for (let row = block + 32; row < block + 128; row += 16) others = v128.or(others, v128.load(row));
  return !v128.any_true(others);
}

/** The first pass over such a block: each row of the transpose is one number. */
function repeat(block: usize): void {
  for (let column = 7; column >= 0; column--)
    v128.store(block + (column << 4), i16x8.splat(<i16>((<i32>load<i16>(block + (column << 1))) << KEPT)));
}

/** The same of a block that has a first coefficient only. */
export function flatten(first: i32, to: usize, stride: usize): void {
  const value = (<i32>(<i16>(first << KEPT)) + 16) >> 5;
  const bytes = i8x16.splat(<i8>(min(max(value, -128), 127) + 128));
  for (const end = to + (stride << 3); to < end; to += stride) v128.store64_lane(to, bytes, 0);
}

class Pass {
  /** block [8, 8] int16 ← its transpose, each row of that transformed, `shift` bits less. */
  @inline
  static run(block: usize, shift: i32): void {
    const row0 = v128.load(block);
    const row1 = v128.load(block, 16);
    const row2 = v128.load(block, 32);
    const row3 = v128.load(block, 48);
    const row4 = v128.load(block, 64);
    const row5 = v128.load(block, 80);
    const row6 = v128.load(block, 96);
    const row7 = v128.load(block, 112);

    const half = i32x4.splat(1 << (shift - 1)); // added once, it rounds all eight
    const sum = i16x8.add(row0, row4);
    const difference = i16x8.sub(row0, row4);
    const sumL = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(sum), FRACTION), half);
    const sumH = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(sum), FRACTION), half);
    const differenceL = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(difference), FRACTION), half);
    const differenceH = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(difference), FRACTION), half);
    const low26 = Pairs.low(row2, row6);
    const high26 = Pairs.high(row2, row6);
    const times2 = Pass.pair(F_0_541196100, F_0_541196100 - F_1_847759065);
    const times3 = Pass.pair(F_0_541196100 + F_0_765366865, F_0_541196100);
    const even2L = i32x4.dot_i16x8_s(low26, times2);
    const even2H = i32x4.dot_i16x8_s(high26, times2);
    const even3L = i32x4.dot_i16x8_s(low26, times3);
    const even3H = i32x4.dot_i16x8_s(high26, times3);
    const even0L = i32x4.add(sumL, even3L);
    const even0H = i32x4.add(sumH, even3H);
    const last0L = i32x4.sub(sumL, even3L);
    const last0H = i32x4.sub(sumH, even3H);
    const even1L = i32x4.add(differenceL, even2L);
    const even1H = i32x4.add(differenceH, even2H);
    const last1L = i32x4.sub(differenceL, even2L);
    const last1H = i32x4.sub(differenceH, even2H);

    const z3 = i16x8.add(row7, row3);
    const z4 = i16x8.add(row5, row1);
    const times7 = Pass.pair(F_1_175875602 - F_1_961570560, F_1_175875602);
    const times5 = Pass.pair(F_1_175875602, F_1_175875602 - F_0_390180644);
    const lowZ = Pairs.low(z3, z4);
    const highZ = Pairs.high(z3, z4);
    const z3L = i32x4.dot_i16x8_s(lowZ, times7);
    const z3H = i32x4.dot_i16x8_s(highZ, times7);
    const z4L = i32x4.dot_i16x8_s(lowZ, times5);
    const z4H = i32x4.dot_i16x8_s(highZ, times5);
    const low71 = Pairs.low(row7, row1);
    const high71 = Pairs.high(row7, row1);
    const low53 = Pairs.low(row5, row3);
    const high53 = Pairs.high(row5, row3);
    const to0 = Pass.pair(F_0_298631336 - F_0_899976223, -F_0_899976223);
    const to3 = Pass.pair(-F_0_899976223, F_1_501321110 - F_0_899976223);
    const to1 = Pass.pair(F_2_053119869 - F_2_562915447, -F_2_562915447);
    const to2 = Pass.pair(-F_2_562915447, F_3_072711026 - F_2_562915447);
    const odd0L = i32x4.add(i32x4.dot_i16x8_s(low71, to0), z3L);
    const odd0H = i32x4.add(i32x4.dot_i16x8_s(high71, to0), z3H);
    const odd3L = i32x4.add(i32x4.dot_i16x8_s(low71, to3), z4L);
    const odd3H = i32x4.add(i32x4.dot_i16x8_s(high71, to3), z4H);
    const odd1L = i32x4.add(i32x4.dot_i16x8_s(low53, to1), z4L);
    const odd1H = i32x4.add(i32x4.dot_i16x8_s(high53, to1), z4H);
    const odd2L = i32x4.add(i32x4.dot_i16x8_s(low53, to2), z3L);
    const odd2H = i32x4.add(i32x4.dot_i16x8_s(high53, to2), z3H);

    const out0 = Pass.narrow(i32x4.add(even0L, odd3L), i32x4.add(even0H, odd3H), shift);
    const out7 = Pass.narrow(i32x4.sub(even0L, odd3L), i32x4.sub(even0H, odd3H), shift);
    const out1 = Pass.narrow(i32x4.add(even1L, odd2L), i32x4.add(even1H, odd2H), shift);
    const out6 = Pass.narrow(i32x4.sub(even1L, odd2L), i32x4.sub(even1H, odd2H), shift);
    const out2 = Pass.narrow(i32x4.add(last1L, odd1L), i32x4.add(last1H, odd1H), shift);
    const out5 = Pass.narrow(i32x4.sub(last1L, odd1L), i32x4.sub(last1H, odd1H), shift);
    const out3 = Pass.narrow(i32x4.add(last0L, odd0L), i32x4.add(last0H, odd0H), shift);
    const out4 = Pass.narrow(i32x4.sub(last0L, odd0L), i32x4.sub(last0H, odd0H), shift);

    const low04 = Pairs.low(out0, out4);
    const high04 = Pairs.high(out0, out4);
    const low26T = Pairs.low(out2, out6);
    const high26T = Pairs.high(out2, out6);
    const low15 = Pairs.low(out1, out5);
    const high15 = Pairs.high(out1, out5);
    const low37 = Pairs.low(out3, out7);
    const high37 = Pairs.high(out3, out7);
    Pass.store(block, Pairs.low(low04, low26T), Pairs.low(low15, low37));
    Pass.store(block + 32, Pairs.high(low04, low26T), Pairs.high(low15, low37));
    Pass.store(block + 64, Pairs.low(high04, high26T), Pairs.low(high15, high37));
    Pass.store(block + 96, Pairs.high(high04, high26T), Pairs.high(high15, high37));
  }

  /** Two rows. */
  @inline
  static store(to: usize, even: v128, odd: v128): void {
    v128.store(to, Pairs.low(even, odd));
    v128.store(to, Pairs.high(even, odd), 16);
  }

  @inline
  static pair(a: i32, b: i32): v128 {
    return i32x4.splat((a & 0xffff) | (b << 16));
  }

  @inline
  static narrow(low: v128, high: v128, shift: i32): v128 {
    return i16x8.narrow_i32x4_s(i32x4.shr_s(low, shift), i32x4.shr_s(high, shift));
  }
}
