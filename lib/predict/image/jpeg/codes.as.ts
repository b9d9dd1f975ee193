/**
 * Huffman codes of a JPEG (ITU-T T.81, C.2 and F.2.2.3), made into tables that are read by the bits that come next. AssemblyScript.
 *
 * A symbol says how many bits of a coefficient follow its code, and how many zeros stand before it. As one entry of 16 bits:
 *
 *     bits of code and coefficient (5 upper bits) | zeros (4) | bits of the coefficient (4)
 *
 * and 0 where there is no such code. A table: the entries of all codes of up to 11 bits; then, for the longer ones, two whole numbers
 * for each length, and all symbols.
 */

/** Bits that a table is read by. */
export const LOOK = 11;

const LIMITS: usize = 2 << LOOK; // for each length: the first 16 bits that are no code of it or a shorter one
const OFFSETS: usize = LIMITS + 4 * 17; // for each length: what is added to a code for its symbol's place
const SYMBOLS: usize = OFFSETS + 4 * 17;

/** Bytes of a table. */
export const TABLE_BYTES: i32 = <i32>SYMBOLS + 256;

/**
 * Makes a table; false where there are more codes than their lengths have room for (as jdhuff.c, no code is of ones alone).
 *
 * @param lengths 16 bytes, how many codes are of 1 to 16 bits; the symbols in their order, at most 256
 */
export function tabulate(lengths: usize, table: usize): bool {
  memory.fill(table, 0, LIMITS);
  let code = 0;
  let symbols = lengths + 16;
  memory.copy(table + SYMBOLS, symbols, 256);
  for (let length = 1; length <= 16; length++) {
    store<i32>(table + OFFSETS + (length << 2), <i32>(symbols - lengths - 16) - code);
    for (const end = symbols + load<u8>(lengths + length - 1); symbols < end; symbols++, code++) {
      if (code >= 1 << length) return false;
      if (length > LOOK) continue;
      const entry = Codes.entry(length, load<u8>(symbols));
      const from = table + ((<usize>code) << (LOOK - length + 1));
      for (let at = from; at < from + (2 << (LOOK - length)); at += 2) store<u16>(at, <u16>entry);
    }
    if (code >= 1 << length) return false;
    store<i32>(table + LIMITS + (length << 2), code << (16 - length));
    code <<= 1;
  }
  return true;
}

export class Codes {
  @inline
  static entry(length: i32, symbol: i32): i32 {
    return ((length + (symbol & 15)) << 8) | symbol;
  }

  /** The entry of the code that the window's uppermost bits begin with, or 0. */
  @inline
  static next(table: usize, window: u64): u64 {
    const entry = <u64>load<u16>(table + ((<usize>(window >> (64 - LOOK))) << 1));
    return entry ? entry : longCode(table, window);
  }
}

function longCode(table: usize, window: u64): u64 {
  const bits = <i32>(window >> 48);
  for (let length = LOOK + 1; length <= 16; length++) {
    if (bits >= load<i32>(table + LIMITS + (length << 2))) continue;
    const place = (bits >> (16 - length)) + load<i32>(table + OFFSETS + (length << 2));
    return Codes.entry(length, load<u8>(table + SYMBOLS + place));
  }
  return 0;
}
