/**
 * What stands in the accuracy table, a row each: the one place to change.
 *
 * `method` is one of learners.mjs; `options` are those of `prepare`, of the network and of `train`, flat as `trainJob` takes them. `seeds` is
 * how many seeds are tried on the first fold, for the spread. `quick` replaces options to try the script, not for figures.
 */

/** As the tutorial has it. */
const TUTORIAL = {};

/** Dense, with all that helped. */
const IMPROVED = {
  ...{ centre: 'perCoordinate', initializer: 'zeroOutput', hiddenUnits: 100 },
  ...{ batchSize: 64, optimizer: 'adam', schedule: 'oneCycle', learningRate: 0.001, iterations: 60 },
  ...{ augment: true, restoreBest: true },
};

const QUICK = { iterations: 3 };

export const CONFIGURATIONS = [
  { name: 'mean-face', label: 'the mean face', method: 'meanFace' },
  { name: 'tutorial', label: 'tutorial', method: 'net', options: TUTORIAL, quick: QUICK, seeds: 3 },
  { name: 'ridge', label: 'ridge regression', method: 'ridge', options: { kernel: 'linear', mirror: false } },
  {
    ...{ name: 'ridge-mirrored', label: 'ridge regression, mirrored faces added', method: 'ridge' },
    options: { kernel: 'linear', mirror: true },
  },
  {
    ...{ name: 'ridge-rbf', label: 'ridge regression, RBF kernel, mirrored faces added', method: 'ridge' },
    options: { kernel: 'rbf', mirror: true },
  },
  { name: 'improved', label: 'improved', method: 'net', options: IMPROVED, quick: QUICK, seeds: 3 },
];

/** Which of them are trained on synthetic faces alone, and tested on the real ones. */
export const SYNTHETIC_TO_REAL = ['improved'];
