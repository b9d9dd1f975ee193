/** Which solver descends: the one that is asked for, or the valid one that will be done first. */

import { FacemarkError } from '../errors';
import { batches } from './solvers/batches/batches';
import { dual } from './solvers/dual/dual';
import { dualOps } from './solvers/dual-ops/dual-ops';
import { fit } from './solvers/fit';
import type { Problem, Solver } from './solvers/solver';

/** The solvers there are. */
const solvers = { dual, 'dual-ops': dualOps, fit, batches };

export type SolverName = keyof typeof solvers;
const NAMES = Object.keys(solvers) as SolverName[];
export const SOLVERS = ['auto', 'dual', 'dual-ops', 'fit', 'batches'] as const;

export interface ChosenSolver {
  readonly name: SolverName;
  /** Why this one, in one plain line for people. */
  readonly why: string;
  readonly solve: Solver['solve'];
}

/**
 * Chooses a solver.
 *
 * @param iterations how many there will be at most: the more, the better it pays to compute products of rows once
 * @param refused solvers that could not begin on this machine, and why
 * @throws FacemarkError `mismatch` when the solver that was asked for cannot take the model or the data, `backend` when it has refused
 */
export function chooseSolver(
  asked: SolverName | 'auto',
  problem: Problem,
  iterations: number,
  refused: Partial<Record<SolverName, string>> = {},
): ChosenSolver {
  const chosen = (name: SolverName, why: string): ChosenSolver => ({ name, why, solve: solvers[name].solve });
  if (asked !== 'auto') {
    const [whyNot, refusal] = [solvers[asked].whyNot(problem), refused[asked]];
    if (whyNot)
      throw new FacemarkError('mismatch', `the solver ${asked} cannot train this: ${whyNot}. Use the solver auto.`);
    if (refusal)
      throw new FacemarkError('backend', `the solver ${asked} cannot begin: ${refusal}. Use the solver auto.`);
    return chosen(asked, `${asked}: asked for`);
  }
  const whyNots = new Map(NAMES.map((name) => [name, refused[name] ?? solvers[name].whyNot(problem)]));
  const price = (name: SolverName): number => solvers[name].price(problem, iterations);
  const valid = NAMES.filter((name) => whyNots.get(name) === undefined).sort((a, b) => price(a) - price(b));
  const name = valid[0] as SolverName; // batches takes everything
  if (name === 'batches') return chosen(name, `batches (${whyNots.get('fit') ?? 'sooner done than fit'})`);
  const whyNotDual = whyNots.get('dual');
  if (name === 'fit')
    return chosen(
      name,
      whyNotDual
        ? `fit (not dual: ${whyNotDual})`
        : `fit (${moreOperations(solvers.dual.cost(problem, iterations), fit.cost(problem, iterations))})`,
    );
  const ratio = fit.cost(problem, iterations) / solvers[name].cost(problem, iterations);
  const reasons = [
    ratio > 1 && `${times(ratio)} times fewer operations than fit`,
    name === 'dual-ops' && whyNotDual && `not dual: ${whyNotDual}`,
    name === 'dual-ops' && !whyNotDual && 'sooner done than threads',
  ];
  return chosen(name, `${name} (${reasons.filter(Boolean).join('; ')})`);
}

function moreOperations(dual: number, fit: number): string {
  return dual > fit ? `dual would need ${times(dual / fit)} times more operations` : 'sooner done than dual';
}

/** Two digits are enough, and no exponent. */
function times(ratio: number): string {
  return String(Number(ratio.toPrecision(2)));
}
