/** How far a result is off the expected one, by kind of result: 0 for not at all, Infinity for a result of another shape. */

/** Losses by iteration: the largest relative difference at any of them, and all of them must be there. */
export function ofLosses(iterations) {
  return (result, expected) => {
    const parts = ['training', 'validation'];
    if (parts.some((part) => result[part].length !== iterations)) return Infinity;
    return Math.max(...parts.flatMap((part) => result[part].map((loss, i) => Math.abs(loss / expected[part][i] - 1))));
  };
}

/** Numbers that may be near 0: the largest difference, by the largest of the expected numbers. */
export function ofNumbers(result, expected) {
  if (result.length !== expected.length) return Infinity;
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(result[i] - value))) / largest;
}

/** What must be equal. */
export function ofEquals(result, expected) {
  return JSON.stringify(result) === JSON.stringify(expected) ? 0 : Infinity;
}
