/** What comes behind a product of matrices, over some rows of it while they are in cache: its bias and its activation. */

import { activate, Formula, LINEAR, RELU } from './activations.as';

/**
 * c[rows, columns] ← f(c + bias)
 *
 * @param cRow bytes from one row to the next
 * @param bias address of [columns], or 0
 * @param activation code of f
 */
export function finish(c: usize, cRow: usize, rows: i32, columns: i32, bias: usize, activation: i32): void {
  const end = c + <usize>rows * cRow;
  if (bias && activation === RELU) {
    for (; c < end; c += cRow) rectifySum(c, bias, columns);
    return;
  }
  if (bias) for (let row = c; row < end; row += cRow) addInto(row, bias, columns);
  if (activation === LINEAR) return;
  if (cRow === (<usize>columns) << 2) activate(activation, c, c, rows * columns);
  else for (; c < end; c += cRow) activate(activation, c, c, columns);
}

function addInto(target: usize, source: usize, count: i32): void {
  Sum.into(target, source, count, LINEAR);
}

/** In one go for what networks mostly do: a second pass would take a tenth of their products. */
function rectifySum(target: usize, source: usize, count: i32): void {
  Sum.into(target, source, count, RELU);
}

class Sum {
  /** target ← f(target + source) */
  @inline
  static into(target: usize, source: usize, count: i32, activation: i32): void {
    const end = target + ((<usize>count) << 2);
    for (; target + 16 <= end; target += 16, source += 16)
      v128.store(target, Formula.of(activation, f32x4.add(v128.load(target), v128.load(source))));
    for (; target < end; target += 4, source += 4) {
      const sum = f32x4.add(v128.load32_zero(target), v128.load32_zero(source));
      v128.store32_lane(target, Formula.of(activation, sum), 0);
    }
  }
}
