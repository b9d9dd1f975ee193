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
import type { Checkpoint } from '../bundle/checkpoint';
import { FacemarkError } from '../errors';
import type { Prepared } from '../prepare/prepare';
import { Checkpoints, checkCheckpointOptions } from './checkpoints';
import { type ChosenSolver, chooseSolver, type SolverName } from './choose-solver';
import { assertSame, circumstancesOf } from './circumstances';
import { resumedFrom } from './continuation';
import { denseStack } from './dense-stack';
import { setWeights, valuesOf } from './snapshot';
import type { Problem, Regime, Solution } from './solvers/solver';
import { checkTrainOptions, type TrainOptions } from './train-options';
import { type Best, type Stopped, Watch } from './watch';

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
  /** Wall-clock time of the descent, in all its sittings. */
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
 * @throws FacemarkError `bad-option`; `mismatch` when model and data, or they and the checkpoint, do not fit; `backend`, also when a thread dies; `diverged` when a loss or weight is
 *   no longer finite: the model then holds its best weights, and `details` has `{ iteration, history }`. Whatever `onIteration` and `save` throw is thrown on; the model
 *   then holds its initial weights, or better ones
 */
export async function train(model: LayersModel, data: Prepared, options: TrainOptions = {}): Promise<Run> {
  const { solver, restoreBest, onIteration, signal, threads, ...settings } = checkTrainOptions(options);
  const { iterations, learningRate, momentum, nesterov, patience, ...regime } = settings;
  const keeping = options.checkpoint && checkCheckpointOptions(options.checkpoint);
  checkShapes(model, data);
  const resumed = await resumedFrom(options.resume);
  const before = resumed?.progress;

  const backend = await useBackend();
  const { train, validation } = data;
  const problem: Problem = {
    ...{ model, stack: denseStack(model), train, validation, knowledge: data },
    ...{ learningRate, momentum, nesterov, regime, threads, backend: backend.name },
  };
  const watch = new Watch({ iterations, patience, onIteration, signal, before });
  const circumstances = keeping || before ? circumstancesOf(model, data, backend, settings) : {};
  if (before) assertSame(before, circumstances);
  const started = performance.now() - (before?.seconds ?? 0) * 1000;
  const seconds = () => (performance.now() - started) / 1000;
  const checkpoints = ({ name, why }: ChosenSolver) =>
    new Checkpoints(keeping, watch, resumed, (state) => {
      const { best } = watch;
      const history = historyOf(watch);
      return {
        history,
        best,
        seconds: seconds(),
        solver: name,
        solverWhy: before?.solverWhy ?? why,
        backend: backend.name,
        circumstances,
        state,
      };
    });
  let solution: Solution | undefined;
  try {
    const { by, ...solved } = await solve(solverFor(solver, before), problem, watch, checkpoints);
    solution = solved;
    const best = solution.best ?? valuesOf(model.getWeights());
    const diverged = watch.divergedAt ?? (allFinite(solution.last) ? undefined : watch.validation.length - 1);
    const isLast = watch.best.iteration === watch.validation.length - 1; // the best are the last, and there as tensors
    if (diverged === undefined && (isLast || !restoreBest)) model.setWeights(solution.last);
    else setWeights(model, best);
    if (diverged !== undefined) throw divergence(diverged, learningRate, watch);
    return {
      history: historyOf(watch),
      best: watch.best.iteration < 0 ? { iteration: -1, validation: Number.NaN } : watch.best,
      bestWeights: best,
      restoredBest: restoreBest,
      stopped: watch.stopped,
      solver: by.name,
      solverWhy: before?.solverWhy ?? by.why,
      threads: solution.threads,
      simd: solution.simd,
      backend: backend.name,
      backendWhy: backend.why,
      seconds: seconds(),
      options: settings,
      data: { ...data.options, facesSha256: data.facesSha256 },
    };
  } finally {
    tf.dispose(solution?.last ?? []);
  }
}

/** The solver of the checkpoint, where there is one: others leave other bits. */
function solverFor(asked: SolverName | 'auto', before: Pick<Checkpoint, 'solver'> | undefined): SolverName | 'auto' {
  if (!before) return asked;
  if (asked !== 'auto' && asked !== before.solver)
    throw new FacemarkError(
      'mismatch',
      `the solver ${asked} cannot go on from a checkpoint of the solver ${before.solver}; expected that one, or auto.`,
    );
  return before.solver as SolverName;
}

/** Descends by the solver that was asked for; by the next best one where it refuses to begin. */
async function solve(
  asked: SolverName | 'auto',
  problem: Problem,
  watch: Watch,
  checkpoints: (by: ChosenSolver) => Checkpoints,
): Promise<Solution & { readonly by: ChosenSolver }> {
  const refused: Partial<Record<SolverName, string>> = {};
  for (;;) {
    const by = chooseSolver(asked, problem, watch.iterations, refused);
    const solution = await by.solve(problem, watch, checkpoints(by));
    if (!('refused' in solution)) return { ...solution, by };
    refused[by.name] = solution.refused;
  }
}

/** Puts the weights of the best iteration of a run into the model that was trained. */
export function setBestWeights(model: LayersModel, run: Run): void {
  setWeights(model, run.bestWeights);
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
