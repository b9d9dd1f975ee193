/**
 * The fast way through a cell of pixels: gray values from 0 to 255 with white space between them, and nothing else. Says no to all
 * other cells, without saying what they are.
 */

/**
 * Reads the gray values of a cell into `target`, which has room for exactly as many as a face has.
 *
 * @returns false when the cell holds anything else, or another number of values; what `target` holds then means nothing
 */
export function scanPixels(cell: Uint8Array, target: Uint8Array): boolean {
  const end = cell.length - 4;
  const room = target.length;
  let count = 0;
  let i = 0;
  // One to three digits and a space at a time, as tools write them. ^ 48 makes a digit its value and a space 16.
  while (i <= end && count < room) {
    const a = (cell[i] as number) ^ 48;
    const b = (cell[i + 1] as number) ^ 48;
    const c = (cell[i + 2] as number) ^ 48;
    if (b > 9) {
      if (b !== 16 || a > 9) break;
      target[count++] = a;
      i += 2;
    } else if (c > 9) {
      if (c !== 16 || a > 9) break;
      target[count++] = a * 10 + b;
      i += 3;
    } else {
      const value = a * 100 + b * 10 + c;
      if (value > 255 || cell[i + 3] !== 32) break; // a byte that is no digit makes it 1000 at least
      target[count++] = value;
      i += 4;
    }
  }
  return scanRest(cell, i, target, count);
}

/** Byte by byte: the last value, and whatever else white space and leading zeros allow. */
function scanRest(cell: Uint8Array, from: number, target: Uint8Array, already: number): boolean {
  const length = cell.length;
  let count = already;
  let value = -1; // -1 between two numbers
  for (let i = from; i < length; i++) {
    const byte = cell[i] as number;
    if (byte >= 48 && byte <= 57) {
      value = (value < 0 ? 0 : value * 10) + byte - 48;
      if (value > 255) return false;
    } else if (byte === 32 || (byte >= 9 && byte <= 13)) {
      if (value < 0) continue;
      if (count === target.length) return false;
      target[count++] = value;
      value = -1;
    } else return false;
  }
  if (value >= 0) {
    if (count === target.length) return false;
    target[count++] = value;
  }
  return count === target.length;
}
