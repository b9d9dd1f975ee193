/**
 * How time and memory grow, ours only, on random faces made in memory: with the rows, the hidden units, the side of the pictures, and the
 * threads. `auto` runs against both solvers that it chooses from.
 */

import { ofLosses } from './deviations.mjs';

const CURVES = {
  rows: [500, 1000, 2000, 4000, 7049],
  hidden: [25, 100, 400, 1600],
  side: [48, 96, 144, 192],
  threads: [1, 2],
};
const TUTORIAL = { rows: 1000, hidden: 100, side: 96 };
const TOLERANCE = 1e-4; // relative, between solvers

export function growthCases({ subjects: { node }, quick }) {
  const iterations = quick ? 3 : 20;
  return Object.entries(CURVES).flatMap(([varied, values]) =>
    values.map((value) => {
      const settings = { ...TUTORIAL, iterations, [varied]: value };
      const solver = (name) => node(`facemark, solver ${name}`, 'ours/growth.mjs', { ...settings, solver: name });
      return {
        name: `growth-${varied}-${value}`,
        what: `${iterations} iterations with ${varied} ${value}`,
        ours: solver('auto'),
        peers: [solver('dual'), solver('fit')],
        deviation: ofLosses(iterations),
        tolerance: TOLERANCE,
      };
    }),
  );
}
