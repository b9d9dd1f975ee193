/**
 * The coefficients of a block of 8×8 out of their codes (ITU-T T.81, F.2.2), or past them. AssemblyScript.
 *
 * What is read next is held in variables of the function, which are registers; it is put back when the block has ended.
 */

import { Codes } from './codes.as';
import { ENDS, SKIP_LOOK } from './skips.as';
import { Stream } from './stream.as';

/** Bits that a filled window has at least, and that one code and its coefficient take at most. */
const FILLED: u64 = 56;
const MOST: u64 = 26;

class Bits {
  /** The number that so many uppermost bits say (T.81, table F.1): those that begin with 0 are negative. */
  @inline
  static signed(window: u64, bits: u64): i32 {
    const value = (window >> 1) >> (63 - bits);
    const less = <u64>1 - ((<u64>1) << bits);
    return <i32>(value + (less & ~(<u64>(<i64>window >> 63))));
  }
}

/** A block's first coefficient less that of the one before it: what it was, once it is read. */
export class Difference {
  static last: i32 = 0;
}

/** Reads a block's difference; false where there is no such code. The window has bits for one more code then. */
export function readDifference(first: usize): bool {
  const window = Stream.window | (load<u64>(Stream.at) >> Stream.held);
  Stream.at -= <usize>((63 - Stream.held) >> 3);
  const entry = Codes.next(first, window);
  const all = entry >> 8;
  Difference.last = Bits.signed(window << (all - (entry & 15)), entry & 15);
  Stream.window = window << all;
  Stream.held = (Stream.held | FILLED) - all;
  return entry !== 0;
}

/**
 * The other coefficients of a block, each times its quantum.
 *
 * @param quanta 64 of 16 bits in the order of the codes, and behind them the 64 places of the coefficients in the block, in bytes
 * @param block [8, 8] int16, of zeros
 * @returns how far they go: 0 where there are none, −1 for codes that are damaged
 */
export function readOthers(others: usize, quanta: usize, block: usize): i32 {
  let at = Stream.at;
  let held = Stream.held;
  let window = Stream.window;
  let k: usize = 1;
  while (k < 64) {
    if (held < MOST) {
      window |= load<u64>(at) >> held;
      at -= <usize>((63 - held) >> 3);
      held |= FILLED;
    }
    const entry = Codes.next(others, window);
    if (!entry) return -1;
    const bits = entry & 15;
    const all = entry >> 8;
    const symbol = window << (all - bits);
    window <<= all;
    held -= all;
    if ((entry & 255) === 0) break;
    k += <usize>((entry >> 4) & 15);
    if (k > 63) return -1;
    const value = Bits.signed(symbol, bits) * <i32>load<u16>(quanta + (k << 1));
    store<i16>(block + <usize>load<u8>(quanta + k, 128), <i16>value);
    k++;
  }
  Stream.at = at;
  Stream.window = window;
  Stream.held = held;
  return <i32>k - 1;
}

/** Passes over the other coefficients of a block; false for codes that are damaged. */
export function skipOthers(others: usize, skips: usize): bool {
  let at = Stream.at;
  let held = Stream.held;
  let window = Stream.window;
  let k = 1;
  while (k < 64) {
    if (held < MOST) {
      window |= load<u64>(at) >> held;
      at -= <usize>((63 - held) >> 3);
      held |= FILLED;
    }
    const several = <i32>load<u16>(skips + ((<usize>(window >> (64 - SKIP_LOOK))) << 1));
    const after = k + ((several >> 4) & 255);
    const ends = several & ENDS;
    if (several && (ends ? after < 64 : after <= 64)) {
      window <<= <u64>(several & 15);
      held -= <u64>(several & 15);
      if (ends) break;
      k = after;
      continue;
    }
    const entry = Codes.next(others, window);
    if (!entry) return false;
    window <<= entry >> 8;
    held -= entry >> 8;
    if ((entry & 255) === 0) break;
    k += <i32>((entry >> 4) & 15) + 1;
    if (k > 64) return false;
  }
  Stream.at = at;
  Stream.window = window;
  Stream.held = held;
  return true;
}
