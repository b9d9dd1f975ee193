/** How a network is to be trained: the options of `train`, their defaults, and what they may be. */

import { FacemarkError } from '../errors';
import { checkNumber, checkOneOf, withDefaults } from '../options';
import { type AugmentOptions, checkAugmentOptions } from '../prepare/augment';
import { checkSeed } from '../random';
import type { CheckpointOptions } from './checkpoints';
import { SOLVERS, type SolverName } from './choose-solver';
import type { ResumeFrom } from './continuation';
import { SCHEDULES, type ScheduleName } from './schedules';
import { OPTIMIZERS, type OptimizerName } from './solvers/batches/optimizers';
import type { IterationReport } from './watch';

export interface TrainOptions {
  /** Passes over the training rows (epochs): an update each, or one for each batch. */
  readonly iterations?: number;
  /** η. */
  readonly learningRate?: number;
  /** μ from 0, plain descent and the default, to below 1; 0.9 is usual, with a smaller η. With Adam its β₁, 0.9 by default. */
  readonly momentum?: number;
  /** Whether momentum is Nesterov's, which looks ahead. */
  readonly nesterov?: boolean;
  /** Rows of an update, in a new order in every pass; without it all rows at once. */
  readonly batchSize?: number;
  /** The rule by which gradients change weights: `'sgd'`, or `'adam'`, which wants a rate of about 0.001. */
  readonly optimizer?: OptimizerName;
  /** How the learning rate changes from the first update to the last; see `SCHEDULES`. */
  readonly schedule?: ScheduleName;
  /** λ: by how much, times η, matrices and filters shrink in every update; decoupled from the gradient, as in AdamW. */
  readonly weightDecay?: number;
  /** Largest norm of the gradient of all weights together; longer ones are scaled down to it. */
  readonly clipNorm?: number;
  /**
   * Whether every pass sees the faces a little otherwise (`true`, or how); see `AUGMENT_DEFAULTS`. The training error in the history is
   * that of the faces as they are.
   */
  readonly augment?: boolean | AugmentOptions;
  /** Seed of the order of the rows, of dropout and of augmentation. */
  readonly seed?: number;
  /**
   * How the descent is computed; all that can lead to the same weights. `'fit'` is tfjs's `model.fit`; `'dual'` the dual form on threads of
   * WebAssembly, `'dual-ops'` the same in tfjs's ops; `'batches'` takes every regime; `'auto'` whichever is valid and sooner done.
   */
  readonly solver?: SolverName | 'auto';
  /** How many threads the solver `dual` computes with, at most 16, by default one for each core. The result is the same for any number. */
  readonly threads?: number;
  /** Whether the model ends with the weights of the best iteration instead of the last. */
  readonly restoreBest?: boolean;
  /** Stops after this many iterations without a better validation error; Infinity never stops. */
  readonly patience?: number;
  /** Called after each iteration. With the solver `fit` it runs one iteration behind. */
  readonly onIteration?: (report: IterationReport) => void;
  /** Stops after the iteration in progress, with what there is. */
  readonly signal?: AbortSignal;
  /** Keeps the training from time to time, so that it can go on after its process has died; see `writeCheckpoint`. */
  readonly checkpoint?: CheckpointOptions;
  /**
   * Goes on from a checkpoint; undefined begins. With the same network, data and settings it ends as if it had never stopped: the same
   * history, the same weights bit by bit. The weights that the model holds do not matter. A checkpoint that a function gives is let go
   * when the training has begun; one that is given as it is stays in memory with these options.
   */
  readonly resume?: ResumeFrom;
}

const ADAM_BETA_1 = 0.9; // Kingma & Ba 2015

export const TRAIN_DEFAULTS = Object.freeze({
  iterations: 750,
  learningRate: 0.01,
  nesterov: false,
  optimizer: 'sgd' as OptimizerName,
  schedule: 'constant' as ScheduleName,
  weightDecay: 0,
  seed: 1,
  solver: 'auto' as SolverName | 'auto',
  restoreBest: false,
  patience: Infinity,
});

/**
 * The options with their defaults, checked, and no others: for callers with long work to do before they train.
 *
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkTrainOptions(options: TrainOptions) {
  const filled = withDefaults(TRAIN_DEFAULTS, options);
  checkNumber('iterations', filled.iterations, { integer: true, atLeast: 1 });
  checkNumber('learningRate', filled.learningRate, { above: 0 });
  const momentum = filled.momentum ?? (filled.optimizer === 'adam' ? ADAM_BETA_1 : 0);
  checkNumber('momentum', momentum, { atLeast: 0, below: 1 });
  if (filled.batchSize !== undefined) checkNumber('batchSize', filled.batchSize, { integer: true, atLeast: 1 });
  checkOneOf('optimizer', filled.optimizer, OPTIMIZERS);
  checkOneOf('schedule', filled.schedule, SCHEDULES);
  checkNumber('weightDecay', filled.weightDecay, { atLeast: 0 });
  if (filled.clipNorm !== undefined) checkNumber('clipNorm', filled.clipNorm, { above: 0 });
  checkSeed(filled.seed);
  const augment = filled.augment ? checkAugmentOptions(filled.augment === true ? {} : filled.augment) : undefined;
  if (filled.threads !== undefined) checkNumber('threads', filled.threads, { integer: true, atLeast: 1 });
  checkOneOf('solver', filled.solver, SOLVERS);
  if (filled.patience !== Infinity) checkNumber('patience', filled.patience, { integer: true, atLeast: 1 });
  if (filled.nesterov && (momentum === 0 || filled.optimizer !== 'sgd'))
    throw new FacemarkError(
      'bad-option',
      `nesterov is asked for with the momentum ${momentum} and the optimizer ${filled.optimizer}; expected a momentum above 0, such as 0.9, and the optimizer sgd.`,
    );
  if (filled.learningRate * filled.weightDecay >= 1)
    throw new FacemarkError(
      'bad-option',
      `weightDecay ${filled.weightDecay} times the learning rate ${filled.learningRate} is ${filled.learningRate * filled.weightDecay}, of which every update would take away more than all of a weight; expected a product well below 1.`,
    );
  const { iterations, learningRate, nesterov, batchSize, optimizer, schedule, weightDecay, clipNorm } = filled;
  const { seed, solver, threads, restoreBest, patience, onIteration, signal } = filled;
  return {
    ...{
      iterations,
      learningRate,
      momentum,
      nesterov,
      batchSize,
      optimizer,
      schedule,
      weightDecay,
      clipNorm,
      augment,
      seed,
    },
    ...{ solver, threads, restoreBest, patience, onIteration, signal },
  };
}
