/** How a run of facemark was computed: the table says so beside its time. */

import { version } from 'facemark';

export function described({ solver, backend }) {
  return {
    how: `${solver.startsWith('dual') ? 'dual form' : 'plain loop'}: ${solver} on ${backend}`,
    facemark: version,
  };
}
