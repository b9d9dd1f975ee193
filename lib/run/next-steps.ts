/** What to try next, read off the history and the scores of a run. Sentences for people, most urgent first. */

import type { Scores } from '../evaluate/evaluate';
import type { InitializerName } from '../model/initializers';
import type { NetworkName } from '../model/networks';
import type { Centre } from '../prepare/scaling';
import type { Run } from '../train/train';

const PARTED = 1.02; // last validation error over the best one above which the curves have parted
const STILL_FALLING = 0.98; // share of the validation error that the last tenth must have taken off to be worth going on

const AS_GOOD = 0.005; // share of the mean face's error that is no difference

const FAST = 0.3; // a rate at which the tutorial's network learns fast and still converges on centred data

/** What network it was, and how it started. */
export interface Start {
  readonly network?: NetworkName;
  readonly centre: Centre;
  /** Of a dense network; the others start at the centre of the coordinates. */
  readonly initializer?: InitializerName;
}

/**
 * @param scores of the validation faces
 * @returns sentences, each with the options that carry it out
 */
export function nextSteps(
  run: Omit<Run, 'bestWeights'>,
  scores: Scores,
  { network = 'dense', centre, initializer }: Start,
): string[] {
  const { iterations, learningRate, optimizer } = run.options;
  const steps: string[] = [];
  const { training, validation } = run.history;
  const last = validation.length - 1;
  if (last < 0) return ['Nothing was learned: training was stopped before its first iteration.'];
  if (run.stopped === 'aborted')
    steps.push(`Stopped by hand after ${last + 1} of ${iterations} iterations; these are its results.`);
  const best = run.best.iteration;
  const hasParted = best < last && (validation[last] as number) > PARTED * run.best.validation;
  if (scores.meanFace.rmsePx === 0)
    steps.push(
      'All faces have the same landmarks, so that the mean face fits them exactly: there is nothing to learn. Are they copies of one face?',
    );
  else if (scores.gain <= 0) {
    const atZero = network !== 'dense' || initializer === 'zeroOutput';
    const start =
      centre === 'perCoordinate' && atZero
        ? ''
        : `--centre perCoordinate${network === 'dense' ? ' with --initializer zeroOutput' : ''} (starts at the mean face), `;
    const faster = optimizer === 'sgd' ? fasterThan(learningRate, network) : '';
    const longer = hasParted ? 'more faces' : 'more --iterations';
    steps.push(
      scores.gain > -AS_GOOD
        ? `No better than the mean face, the same average face for everybody. What changes that: ${start}${faster}${longer}.`
        : `Worse than the mean face: drawing the same average face on everybody would be better. What changes that: ${start}${faster}${longer}.`,
    );
  }
  if (scores.variation.hardlyVaries)
    steps.push(
      'The predictions hardly differ from face to face: the network has learned the mean face and little else. It needs more steps or larger ones.',
    );
  if (hasParted && (training[last] as number) > (training[best] as number)) {
    steps.push(
      `The errors rose again after iteration ${best}, that of training too: the steps are too large. Try --learning-rate ${round(learningRate / 10)}.`,
    );
  } else if (hasParted) {
    const remedies = [
      !run.restoredBest && 'keep the best weights (--restore-best)',
      run.options.patience === Infinity && `stop there (--patience ${Math.max(10, Math.round(iterations / 20))})`,
    ].filter(Boolean);
    steps.push(
      `Overfitting: validation was best at iteration ${best} and has risen since, while training went on falling: ${[...remedies, 'bring more faces'].join(', or ')}.`,
    );
  } else if (best === last && run.stopped === 'finished' && isFalling(validation)) {
    steps.push(
      `The validation error was still falling at the last iteration: try more --iterations ${iterations * 2}${optimizer === 'sgd' ? `, or a larger --learning-rate ${round(learningRate * 2)}` : ''}.`,
    );
  }
  if (steps.length === 0)
    steps.push(
      network === 'dense'
        ? 'The curve has flattened out: try a convolutional network (--preset convnet), or more faces.'
        : `The curve has flattened out: try ${network === 'compact' ? 'more --channels, ' : ''}more --iterations, or more faces.`,
    );
  return steps;
}

/** What learns faster than plain descent at a rate; the tutorial's network alone stands large steps. */
function fasterThan(learningRate: number, network: NetworkName): string {
  if (network !== 'dense') return '--optimizer adam with --learning-rate 0.001 and --batch-size 64, ';
  return learningRate < FAST ? `a larger --learning-rate ${round(Math.min(FAST, learningRate * 30))}, ` : '';
}

/** Whether the last tenth of the curve still took something off the error. */
function isFalling(validation: Float64Array): boolean {
  const earlier = validation[Math.floor(validation.length * 0.9) - 1] ?? Infinity;
  return (validation.at(-1) as number) < STILL_FALLING * earlier;
}

function round(value: number): number {
  return Number(value.toPrecision(2));
}
