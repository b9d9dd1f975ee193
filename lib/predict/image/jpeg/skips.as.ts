/**
 * A table to pass over coefficients that nobody needs: by the next 12 bits, how many of them are whole symbols with their coefficients, and
 * how far these go in the block. AssemblyScript.
 *
 *     1 where the last of them ends the block | coefficients (8 bits) | bits (4)
 *
 * and 0 where not even one is whole.
 */

import { LOOK } from './codes.as';

/** Bits that the table is read by. */
export const SKIP_LOOK = 12;
export const SKIP_BYTES: i32 = 2 << SKIP_LOOK;
/** In an entry. */
export const ENDS = 1 << 12;

/** @param table of the coefficients after a block's first */
export function tabulateSkips(table: usize, skips: usize): void {
  for (let index = 0; index < 1 << SKIP_LOOK; index++) {
    const window = (<u64>index) << (64 - SKIP_LOOK);
    let bits = 0;
    let coefficients = 0;
    let ends = 0;
    while (!ends) {
      const entry = <i32>load<u16>(table + ((<usize>((window << bits) >> (64 - LOOK))) << 1));
      const all = entry >> 8;
      if (!entry || bits + all > SKIP_LOOK) break;
      bits += all;
      if ((entry & 255) === 0) ends = ENDS;
      else coefficients += ((entry >> 4) & 15) + 1;
    }
    store<u16>(skips + (index << 1), <u16>(ends | (coefficients << 4) | bits));
  }
}
