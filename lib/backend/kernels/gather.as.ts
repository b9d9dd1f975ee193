/** Rows out of a matrix, by their indices: one copy for each. */

/**
 * out[o, i] = x[o, indices[i]] for x [outer, rows] of pieces and out [outer, count]; the indices are known to be in range.
 *
 * @param bytes size of a piece
 */
export function gatherRows(x: usize, indices: usize, out: usize, outer: i32, rows: i32, count: i32, bytes: i32): void {
  for (let o = 0; o < outer; o++, x += <usize>rows * bytes)
    for (let i = 0; i < count; i++, out += bytes)
      memory.copy(out, x + <usize>load<i32>(indices + ((<usize>i) << 2)) * bytes, bytes);
}
