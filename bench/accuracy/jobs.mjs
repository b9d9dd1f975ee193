/** The jobs of a table: every configuration on every fold, more seeds on the first, and what is learned from synthetic faces. */

import { basename } from 'node:path';
import { keyOf } from './cache.mjs';

/**
 * @param {object} plan
 * @param plan.configurations those of configurations.mjs that were asked for
 * @param plan.chosen which folds, counted from 0
 * @param plan.untouched people who are the first fold
 * @param plan.world what all keys contain: hashes of faces and code, the engine
 * @param plan.synthetic names of configurations that learn from synthetic faces, and `syntheticFolder`
 * @returns jobs with `name`, `key`, `what` in words, and `settings` for one.mjs
 */
export function jobsOf({ configurations, folds, chosen, untouched, data, synthetic = [], syntheticFolder, world }) {
  const job = (configuration, seed, task, words) => ({
    ...{ configuration: configuration.name, seed, ...task },
    name: [configuration.name, ...words, `seed ${seed}`].join('-').replaceAll(' ', '-'),
    what: [configuration.label, ...words, ...(configuration.seeds > 1 ? [`seed ${seed}`] : [])].join(', '),
    key: keyOf({ ...world, ...decisive(configuration), seed, ...task, folds, untouched }),
    settings: { configuration, seed, data, folds, untouched, ...task, synthetic: task.synthetic && syntheticFolder },
  });
  const onFolds = configurations.flatMap((configuration) =>
    chosen.flatMap((fold) => {
      const seeds = fold === 0 ? (configuration.seeds ?? 1) : 1;
      return Array.from({ length: seeds }, (_, i) => job(configuration, i + 1, { fold }, [`fold ${fold + 1}`]));
    }),
  );
  const fromSynthetic = configurations
    .filter(({ name }) => synthetic.includes(name))
    .map((configuration) => job(configuration, 1, { synthetic: basename(syntheticFolder) }, ['synthetic to real']));
  return [...onFolds, ...fromSynthetic];
}

/** All of a configuration that its results depend on. */
function decisive({ name: _, label: __, seeds: ___, ...rest }) {
  return rest;
}
