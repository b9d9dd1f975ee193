/** Numbers laid down elsewhere, or again and again: what needs no arithmetic. */

/** Copies some bytes. */
export function copy(x: usize, out: usize, bytes: usize): void {
  memory.copy(out, x, bytes);
}

/**
 * out[o, r] = x[o] for x [outer] of pieces and out [outer, reps].
 *
 * @param bytes size of a piece
 */
export function repeatPieces(x: usize, out: usize, outer: i32, reps: i32, bytes: usize): void {
  for (let o = 0; o < outer; o++, x += bytes)
    if (bytes === 4) out = repeatNumber(load<u32>(x), out, reps);
    else for (let r = 0; r < reps; r++, out += bytes) memory.copy(out, x, bytes);
}

function repeatNumber(number: u32, out: usize, reps: i32): usize {
  const four = i32x4.splat(number);
  let r = 0;
  for (; r + 4 <= reps; r += 4, out += 16) v128.store(out, four);
  for (; r < reps; r++, out += 4) store<u32>(out, number);
  return out;
}
