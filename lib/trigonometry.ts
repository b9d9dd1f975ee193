/**
 * Sine and cosine of sums and products alone, so that every version of V8 gives the same bits, which `Math.sin` does not: what a seed decides
 * may pass through them.
 */

/** sin x for |x| ≤ π/2, by its Taylor series, to 1e-13. */
export function sine(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 2; n <= 20; n += 2) {
    term *= (-x * x) / (n * (n + 1));
    sum += term;
  }
  return sum;
}

/** cos x for 0 ≤ x ≤ π and its mirror image: cos x = sin(π/2 − |x|). */
export function cosine(x: number): number {
  return sine(Math.PI / 2 - Math.abs(x));
}
