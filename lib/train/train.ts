/**
 * Gradient descent on the mean squared error, by default by all rows at once, W ← W − η ∂E/∂W: the tutorial's training. With momentum
 * v ← μ v + ∂E/∂W and W ← W − η v, with Nesterov's W ← W − η (∂E/∂W + μ v) (as tf.train.momentum; Sutskever et al. 2013); with Adam,
 * mini-batches, schedules, weight decay and clipping where they are asked for.
 *
 * The loss is the mean of (ŷ − y)² over all samples and labelled coordinates (TensorFlow's `meanSquaredError`). Some texts
 * divide by the samples only; then their η is 1/(2k) of the one here: 0.01 there is 0.3 here for 15 landmarks.
 */

import { useBackend } from '../backend/choose';
import type { Variant } from '../backend/kernels/wasm-module';
import { type LayersModel, type Tensor, tf } from '../backend/tf';
import { FacemarkError } from '../errors';
import { checkNumber, checkOneOf, withDefaults } from '../options';
import { type AugmentOptions, checkAugmentOptions } from '../prepare/augment';
import type { Prepared } from '../prepare/prepare';
import { checkSeed } from '../random';
import { type ChosenSolver, chooseSolver, SOLVERS, type SolverName } from './choose-solver';
import { denseStack } from './dense-stack';
import { SCHEDULES, type ScheduleName } from './schedules';
import { OPTIMIZERS, type OptimizerName } from './solvers/batches/optimizers';
import type { Problem, Regime, Solution } from './solvers/solver';
import { type Best, type IterationReport, type Stopped, Watch } from './watch';

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

/** What a training run was and what came of it: plain data, nothing to dispose. */
export interface Run {
  /** Losses by iteration, both measured with the weights after the update; index 749 is the last of 750. */
  readonly history: { readonly training: Float64Array; readonly validation: Float64Array };
  /** The iteration with the smallest validation error; −1 when there was none. */
  readonly best: Best;
  /** The weights of the best iteration, in the order of `model.getWeights()`; `setBestWeights` puts them into the model. */
  readonly bestWeights: readonly Float32Array[];
  /** Whether the model holds the best weights (true) or the last. */
  readonly restoredBest: boolean;
  readonly stopped: Stopped;
  readonly solver: SolverName;
  /** Why this solver, in a plain line. */
  readonly solverWhy: string;
  /** Engine that computed, and why this one. */
  readonly backend: string;
  readonly backendWhy: string;
  /** Threads of the solver `dual`, and the vector instructions of WebAssembly that they used; undefined for other solvers. */
  readonly threads: number | undefined;
  readonly simd: Variant | undefined;
  /** Wall-clock time of the descent. */
  readonly seconds: number;
  /** The settings that it was trained with. */
  readonly options: Pick<
    ReturnType<typeof checkTrainOptions>,
    'iterations' | 'learningRate' | 'momentum' | 'nesterov' | 'patience' | keyof Regime
  >;
  /** How the data was split and scaled, the seed included, and the SHA-256 of the faces. */
  readonly data: Prepared['options'] & Pick<Prepared, 'facesSha256'>;
}

/**
 * Trains a model in place.
 *
 * The solver `dual` computes on threads of its own and leaves the event loop free; `dual-ops` lets it turn every 20 ms or so on the
 * backends wasm and tensorflow; `fit` only between iterations, which are long on a slow backend.
 *
 * @param model [n, width·height] → [n, 2k]
 * @param data what `prepare` returned; it stays the caller's
 * @throws FacemarkError `bad-option`; `mismatch` when model and data do not fit; `backend`, also when a thread dies; `diverged` when a loss or weight is
 *   no longer finite: the model then holds its best weights, and `details` has `{ iteration, history }`
 */
export async function train(model: LayersModel, data: Prepared, options: TrainOptions = {}): Promise<Run> {
  const { solver, restoreBest, onIteration, signal, threads, ...settings } = checkTrainOptions(options);
  const { iterations, learningRate, momentum, nesterov, patience, ...regime } = settings;
  checkShapes(model, data);

  const backend = await useBackend();
  const { train, validation } = data;
  const problem: Problem = {
    ...{ model, stack: denseStack(model), train, validation, knowledge: data },
    ...{ learningRate, momentum, nesterov, regime, threads, backend: backend.name },
  };
  const watch = new Watch({ iterations, patience, onIteration, signal });
  const initial = model.getWeights().map((weight) => tf.clone(weight));
  const started = performance.now();
  let solution: Solution | undefined;
  try {
    const { by, ...solved } = await solve(solver, problem, watch);
    solution = solved;
    const best = solution.best ?? initial;
    const diverged = watch.divergedAt ?? (allFinite(solution.last) ? undefined : watch.validation.length - 1);
    model.setWeights(restoreBest || diverged !== undefined ? best : solution.last);
    if (diverged !== undefined) throw divergence(diverged, learningRate, watch);
    return {
      history: historyOf(watch),
      best: watch.best.iteration < 0 ? { iteration: -1, validation: Number.NaN } : watch.best,
      bestWeights: best.map((weight) => new Float32Array(weight.dataSync())),
      restoredBest: restoreBest,
      stopped: watch.stopped,
      solver: by.name,
      solverWhy: by.why,
      threads: solution.threads,
      simd: solution.simd,
      backend: backend.name,
      backendWhy: backend.why,
      seconds: (performance.now() - started) / 1000,
      options: settings,
      data: { ...data.options, facesSha256: data.facesSha256 },
    };
  } finally {
    tf.dispose([...initial, ...(solution?.last ?? []), ...(solution?.best ?? [])]);
  }
}

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

/** Descends by the solver that was asked for; by the next best one where it refuses to begin. */
async function solve(
  asked: SolverName | 'auto',
  problem: Problem,
  watch: Watch,
): Promise<Solution & { readonly by: ChosenSolver }> {
  const refused: Partial<Record<SolverName, string>> = {};
  for (;;) {
    const by = chooseSolver(asked, problem, watch.iterations, refused);
    const solution = await by.solve(problem, watch);
    if (!('refused' in solution)) return { ...solution, by };
    refused[by.name] = solution.refused;
  }
}

/** Puts the weights of the best iteration of a run into the model that was trained. */
export function setBestWeights(model: LayersModel, run: Run): void {
  tf.tidy(() => {
    const shapes = model.getWeights().map(({ shape }) => shape);
    model.setWeights(run.bestWeights.map((values, i) => tf.tensor(values, shapes[i])));
  });
}

function checkShapes(model: LayersModel, data: Prepared): void {
  const inputs = model.inputs[0]?.shape.at(-1);
  const outputs = model.outputs[0]?.shape.at(-1);
  if (model.trainableWeights.length === 0)
    throw new FacemarkError(
      'mismatch',
      'every weight of the model is frozen; expected at least one that is trainable.',
    );
  if (model.inputs[0]?.shape.length !== 2)
    throw new FacemarkError(
      'mismatch',
      `the model takes inputs of the shape [${model.inputs[0]?.shape.map((size) => size ?? 'n').join(', ')}]; expected [n, ${data.inputs}], rows of pixels. A network for pictures begins with a layer that gives them their shape.`,
    );
  if (inputs === data.inputs && outputs === data.outputs) return;
  throw new FacemarkError(
    'mismatch',
    `the model takes ${inputs} inputs and gives ${outputs} outputs, the data has ${data.inputs} pixels (${data.width}×${data.height}) and ${data.outputs} coordinates; ` +
      `expected the same numbers: buildModel({ inputs: data.inputs, outputs: data.outputs }).`,
  );
}

function allFinite(weights: readonly Tensor[]): boolean {
  return weights.every((weight) => tf.tidy(() => tf.all(tf.isFinite(weight)).dataSync()[0] === 1));
}

function divergence(iteration: number, learningRate: number, watch: Watch): FacemarkError {
  return new FacemarkError(
    'diverged',
    `training diverged at iteration ${iteration}: with the learning rate ${learningRate} the loss or the weights are no longer finite. ` +
      `Try a smaller learning rate, such as ${Number((learningRate / 10).toPrecision(3))}.`,
    { details: { iteration, history: historyOf(watch) } },
  );
}

function historyOf({ training, validation }: Watch): Run['history'] {
  return { training: Float64Array.from(training), validation: Float64Array.from(validation) };
}
