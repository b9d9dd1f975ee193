/** The fast way through a coordinate: digits and perhaps a point, such as 66.0336. Says nothing about all other cells. */

const DIGITS = 15; // of which any whole number is exact in a double
const TENS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const POINT = 46;

/**
 * The number in a cell, to the last bit that of `Number(text)`: digits and power of ten are exact, so their quotient is rounded once,
 * and right.
 *
 * @returns undefined for a cell that is no plain decimal, or a long one
 */
export function scanDecimal(cell: Uint8Array): number | undefined {
  let whole = 0;
  let digits = 0;
  let decimals = -1; // -1 before the point
  if (cell.length > DIGITS + 1) return undefined;
  for (let i = 0; i < cell.length; i++) {
    const digit = (cell[i] as number) ^ 48;
    if (digit <= 9) {
      whole = whole * 10 + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (cell[i] === POINT && decimals < 0) decimals = 0;
    else return undefined;
  }
  if (digits === 0 || digits > DIGITS) return undefined;
  return decimals > 0 ? whole / (TENS[decimals] as number) : whole;
}
