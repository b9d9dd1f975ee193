/**
 * What stands in the accuracy table, a row each: the one place to change.
 *
 * `method` is one of learners.mjs; `options` are those of `prepare`, of the network and of `train`, flat as `trainJob` takes them. `seeds` is
 * how many seeds are tried on the first fold, for the spread. `quick` replaces options to try the script, not for figures. `inTheTimeOf` has the
 * options of another network: a pass of both is timed, and there are as many passes as fit in the other's training.
 */

import { PRESETS } from 'facemark';

const QUICK = { iterations: 3 };

/** The classic network, as the compact one is trained, at the best of the rates and decays that were tried on people inside the training folds. */
const CLASSIC = { ...PRESETS.convnet, network: 'classic', learningRate: 0.001, weightDecay: 1 };

export const CONFIGURATIONS = [
  { name: 'mean-face', label: 'the mean face', method: 'meanFace' },
  { name: 'tutorial', label: 'preset tutorial', method: 'net', options: PRESETS.tutorial, quick: QUICK, seeds: 3 },
  { name: 'ridge', label: 'ridge regression', method: 'ridge', options: { kernel: 'linear', mirror: false } },
  {
    ...{ name: 'ridge-mirrored', label: 'ridge regression, mirrored faces added', method: 'ridge' },
    options: { kernel: 'linear', mirror: true },
  },
  {
    ...{ name: 'ridge-rbf', label: 'ridge regression, RBF kernel, mirrored faces added', method: 'ridge' },
    options: { kernel: 'rbf', mirror: true },
  },
  { name: 'improved', label: 'preset improved', method: 'net', options: PRESETS.improved, quick: QUICK, seeds: 3 },
  {
    name: 'compact',
    label: 'preset convnet, compact',
    method: 'net',
    options: PRESETS.convnet,
    quick: QUICK,
    seeds: 3,
  },
  {
    ...{ name: 'classic', label: "classic, given compact's time", method: 'net', quick: QUICK, seeds: 3 },
    options: CLASSIC,
    inTheTimeOf: PRESETS.convnet,
  },
];

/** Which of them are trained on synthetic faces alone, and tested on the real ones. */
export const SYNTHETIC_TO_REAL = ['compact'];
