import type { Scores } from '../../lib/evaluate/evaluate';
import { nextSteps } from '../../lib/run/next-steps';
import type { Run } from '../../lib/train/train';

/** A run with the given validation curve. */
function run(validation: number[], rest: Partial<Run> = {}): Run {
  const best = validation.indexOf(Math.min(...validation));
  return {
    history: {
      training: Float64Array.from(validation, (_, i) => 1 / (i + 1)),
      validation: Float64Array.from(validation),
    },
    best: { iteration: best, validation: validation[best] ?? Number.NaN },
    stopped: 'finished',
    options: {
      iterations: validation.length,
      learningRate: 0.01,
      ...{ momentum: 0, nesterov: false, optimizer: 'sgd', schedule: 'constant', weightDecay: 0, seed: 1 },
      ...{ batchSize: undefined, clipNorm: undefined, augment: undefined },
      patience: Infinity,
    },
    ...rest,
  } as Run;
}
const TUTORIAL = { centre: 'global', initializer: 'tutorial' } as const;
const CENTRED = { centre: 'perCoordinate', initializer: 'zeroOutput' } as const;
const scores = (gain: number, hardlyVaries = false) =>
  ({ gain, meanFace: { rmsePx: 4 }, variation: { hardlyVaries } }) as Scores;
const falling = Array.from({ length: 100 }, (_, i) => 1 / (i + 1));
const flat = Array.from({ length: 100 }, (_, i) => 1 + 1 / (i + 1) ** 3);
const parted = Array.from({ length: 100 }, (_, i) => 1 + ((i - 40) / 100) ** 2);

test.each([
  [
    'still falling',
    nextSteps(run(falling), scores(0.2), TUTORIAL),
    [
      'The validation error was still falling at the last iteration: try more --iterations 200, or a larger --learning-rate 0.02.',
    ],
  ],
  [
    'overfitting',
    nextSteps(run(parted), scores(0.2), TUTORIAL),
    [
      'Overfitting: validation was best at iteration 40 and has risen since, while training went on falling: keep the best weights (--restore-best), or stop there (--patience 10), or bring more faces.',
    ],
  ],
  [
    'flat',
    nextSteps(run(flat), scores(0.2), CENTRED),
    ['The curve has flattened out: try a convolutional network (--preset convnet), or more faces.'],
  ],
  [
    'worse than the mean face, as the tutorial is on real faces',
    nextSteps(run(flat), scores(-0.1), TUTORIAL),
    [
      'Worse than the mean face: drawing the same average face on everybody would be better. What changes that: --centre perCoordinate with --initializer zeroOutput (starts at the mean face), a larger --learning-rate 0.3, more --iterations.',
    ],
  ],
  [
    'worse than the mean face with its own centre',
    nextSteps(run(flat), scores(-0.1), CENTRED),
    [
      'Worse than the mean face: drawing the same average face on everybody would be better. What changes that: a larger --learning-rate 0.3, more --iterations.',
    ],
  ],
  [
    'worse than the mean face and overfitting, where more iterations make it worse',
    nextSteps(run(parted), scores(-0.1), CENTRED),
    [
      'Worse than the mean face: drawing the same average face on everybody would be better. What changes that: a larger --learning-rate 0.3, more faces.',
      'Overfitting: validation was best at iteration 40 and has risen since, while training went on falling: keep the best weights (--restore-best), or stop there (--patience 10), or bring more faces.',
    ],
  ],
  [
    'worse than the mean face with convolutions and plain descent, which stand no large steps',
    nextSteps(run(flat), scores(-0.1), { network: 'classic', centre: 'global' }),
    [
      'Worse than the mean face: drawing the same average face on everybody would be better. What changes that: --centre perCoordinate (starts at the mean face), --optimizer adam with --learning-rate 0.001 and --batch-size 64, more --iterations.',
    ],
  ],
  [
    'the mean face itself',
    nextSteps(run(flat), scores(0), CENTRED),
    [
      'No better than the mean face, the same average face for everybody. What changes that: a larger --learning-rate 0.3, more --iterations.',
    ],
  ],
  [
    'copies of one face',
    nextSteps(run(flat), { ...scores(-Infinity), meanFace: { rmsePx: 0 } }, CENTRED),
    [
      'All faces have the same landmarks, so that the mean face fits them exactly: there is nothing to learn. Are they copies of one face?',
    ],
  ],
  [
    'rising in training too',
    nextSteps(
      { ...run(parted), history: { training: Float64Array.from(parted), validation: Float64Array.from(parted) } },
      scores(0.2),
      TUTORIAL,
    ),
    [
      'The errors rose again after iteration 40, that of training too: the steps are too large. Try --learning-rate 0.001.',
    ],
  ],
  [
    'only the mean face learned',
    nextSteps(run(flat), scores(0.01, true), CENTRED),
    [
      'The predictions hardly differ from face to face: the network has learned the mean face and little else. It needs more steps or larger ones.',
    ],
  ],
  [
    'stopped by hand',
    nextSteps(
      { ...run(falling, { stopped: 'aborted' }), options: { ...run(falling).options, iterations: 750 } },
      scores(0.1),
      TUTORIAL,
    ),
    ['Stopped by hand after 100 of 750 iterations; these are its results.'],
  ],
  [
    'nothing done',
    nextSteps(run([], { best: { iteration: -1, validation: Number.NaN } }), scores(-3), TUTORIAL),
    ['Nothing was learned: training was stopped before its first iteration.'],
  ],
])('a history that is %s gets its advice', (_, steps, expected) => {
  expect(steps).toEqual(expected);
});
