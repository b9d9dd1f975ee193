/**
 * How time and memory grow, ours only, on random faces made in memory: with the rows, the hidden units, the side of the pictures, and the
 * threads. `auto` runs against both solvers that it chooses from.
 */

import { ofLosses } from './deviations.mjs';

const TUTORIAL = { rows: 1000, hidden: 100, side: 96 };
const CURVES = [
  { name: 'rows', varied: 'rows', values: [500, 1000, 2000, 4000, 7049] },
  { name: 'hidden', varied: 'hidden', values: [25, 100, 400, 1600] },
  { name: 'side', varied: 'side', values: [48, 96, 144, 192] },
  { name: 'threads', varied: 'threads', values: [1, 2] },
  // Small pictures, where rows outnumber pixels and the plain loop overtakes the dual form.
  { name: 'crossing', varied: 'rows', values: [500, 1000, 2000, 4000], rest: { side: 16 } },
];
const TOLERANCE = 1e-4; // relative, between solvers

export function growthCases({ subjects: { node }, quick }) {
  const iterations = quick ? 3 : 20;
  return CURVES.flatMap(({ name, varied, values, rest }) =>
    values.map((value) => {
      const settings = { ...TUTORIAL, ...rest, iterations, [varied]: value };
      const solver = (name) => node(`facemark, solver ${name}`, 'ours/growth.mjs', { ...settings, solver: name });
      return {
        name: `growth-${name}-${value}`,
        what: `${iterations} iterations with ${varied} ${value}${rest ? `, ${JSON.stringify(rest)}` : ''}`,
        ours: solver('auto'),
        peers: [solver('dual'), solver('fit')],
        deviation: ofLosses(iterations),
        tolerance: TOLERANCE,
      };
    }),
  );
}
