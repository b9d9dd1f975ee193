/** Makes subjects: scripts of this folder in Node or Python, as `contest.mjs` takes them. */

import { join } from 'node:path';

const HERE = import.meta.dirname;

/** @returns `node(label, script, settings)`, `python(label, script, settings, { threads, env })` and `nodeWith(label, args)` */
export function subjectsOf({ nodePath, pythonPath, threads }) {
  const nodeWith = (label, args) => ({ label, command: nodePath, args, threads });
  return {
    nodeWith,
    node: (label, script, settings) => nodeWith(label, [join(HERE, script), JSON.stringify({ threads, ...settings })]),
    python: (label, script, settings, own = {}) => ({
      label,
      command: pythonPath,
      args: [join(HERE, 'peers', script), JSON.stringify(settings)],
      threads,
      ...own,
    }),
  };
}
