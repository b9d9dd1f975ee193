/**
 * Full-batch gradient descent in the dual form, by any number of threads over one memory. `dual-ops.ts` has the equations, and the same
 * in tf ops:
 *
 *     K = X·X_trainᵀ, Z₀ = X·W₁(0)                                       (1)  products.as.ts, once
 *     h = f(Z₀ + K·A + b₁), …, ŷ;  E = mean (ŷ − y)²;  δ = ∂E/∂z         (2–4)  pass.as.ts
 *     ∂E/∂W = hᵀδ, ∂E/∂b = Σδ;  A ← A − η δ₁, W ← W − η ∂E/∂W, …         (5)  descend.as.ts
 *     W₁ = W₁(0) + X_trainᵀ·A                                            products.as.ts, at the end
 *
 * Between two barriers the threads take pieces of one phase; every sum is made by one thread in a fixed order, so that the result is
 * the same bit by bit for any number of threads.
 */

import { descend, flipAll, gradients } from './descend.as';
import { lossesToTell, pass } from './pass.as';
import { The } from './problem.as';
import { primal, products } from './products.as';
import { awaitAnswer, barrier, finish, join, KEEP, STOP, tell, thread, verdict, WANT_BEST } from './threads.as';

export { ELU, LINEAR, RELU, SELU, SIGMOID, SOFTPLUS, SOFTSIGN, TANH } from '../../../backend/kernels/activations.as';
export { SCRATCH_BYTES } from '../../../backend/kernels/matmul.as';
export { LOSSES } from './pass.as';
export { PROBLEM } from './problem.as';
export { ANSWER, DONE, EVENT, KEEP, STOP, VERDICT, WANT_BEST } from './threads.as';

/** The life of a thread, from the first answer of the main thread ("the data is there") to the last event ("the weights are there"). */
export function run(me: i32, threads: i32): void {
  join(me, threads);
  const isFirst = me === 0;
  if (isFirst) awaitAnswer();
  barrier();
  products();
  flipAll();
  barrier();
  for (let updates = 0; ; updates++) {
    pass();
    barrier();
    if (isFirst && updates > 0) {
      lossesToTell();
      tell();
    }
    gradients();
    if (isFirst && updates > 0) awaitAnswer();
    barrier();
    const answer = updates > 0 ? verdict() : 0;
    if (answer & STOP) break;
    descend((answer & KEEP) !== 0);
    barrier();
  }
  const p = The.problem();
  primal(The.layer(0).weights, p.last);
  if (verdict() & WANT_BEST) primal(The.layer(0).bestWeights, p.best);
  finish();
  if (thread() === 0) tell();
}
