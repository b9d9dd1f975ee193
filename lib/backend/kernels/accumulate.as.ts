/** Sums that grow where they lie. AssemblyScript. */

import { Lanes } from './lanes.as';

/** sum ← sum + x, `count` numbers each. */
export function accumulate(sum: usize, x: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16)
    Lanes.store(sum + at, f32x4.add(Lanes.load(sum + at, 4), Lanes.load(x + at, 4)), 4);
  for (; at < bytes; at += 4) store<f32>(sum + at, load<f32>(sum + at) + load<f32>(x + at));
}
