/** Which solver descends: the one that is asked for, or the valid one that needs the fewest multiply-adds. */

import { FacemarkError } from '../errors';
import { dual } from './solvers/dual';
import { fit } from './solvers/fit';
import type { Problem, Solver } from './solvers/solver';

/** The solvers there are. */
const solvers = { dual, fit };

export type SolverName = keyof typeof solvers;
export const SOLVERS = ['auto', 'dual', 'fit'] as const;

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
 * @throws FacemarkError `mismatch` when the solver that was asked for cannot take the model or the data
 */
export function chooseSolver(asked: SolverName | 'auto', problem: Problem, iterations: number): ChosenSolver {
  const whyNotDual = dual.whyNot(problem);
  if (asked === 'dual' && whyNotDual)
    throw new FacemarkError(
      'mismatch',
      `the solver dual cannot train this: ${whyNotDual}. Use the solver fit or auto.`,
    );
  if (asked !== 'auto') return { name: asked, why: `${asked}: asked for`, solve: solvers[asked].solve };
  if (whyNotDual) return { name: 'fit', why: `fit (not dual: ${whyNotDual})`, solve: fit.solve };
  const ratio = fit.cost(problem, iterations) / dual.cost(problem, iterations);
  return ratio > 1
    ? { name: 'dual', why: `dual (${times(ratio)} times fewer operations than fit)`, solve: dual.solve }
    : {
        name: 'fit',
        why: `fit (dual would need ${times(1 / ratio)} times more operations)`,
        solve: fit.solve,
      };
}

/** Two digits are enough, and no exponent. */
function times(ratio: number): string {
  return String(Number(ratio.toPrecision(2)));
}
