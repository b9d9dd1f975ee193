/** What every solver of `train` is given and gives back. */

import type { Variant } from '../../backend/kernels/wasm-module';
import type { LayersModel, Tensor } from '../../backend/tf';
import type { AugmentSettings } from '../../prepare/augment';
import type { Knowledge, Part } from '../../prepare/prepare';
import type { Checkpoints } from '../checkpoints';
import type { DenseLayer } from '../dense-stack';
import type { ScheduleName } from '../schedules';
import { whyRandom } from '../seeded-dropout';
import { setWeights, snapshot } from '../snapshot';
import type { Watch } from '../watch';
import type { OptimizerName } from './batches/optimizers';

/** How fast an engine multiplies, beside one thread of WebAssembly with our kernels. */
export const ENGINE_SPEED: Readonly<Record<string, number>> = { tensorflow: 4, wasm: 1, cpu: 0.04 };

/** What goes beyond plain full-batch descent. */
export interface Regime {
  /** Rows of an update; undefined for all. */
  readonly batchSize: number | undefined;
  readonly optimizer: OptimizerName;
  readonly schedule: ScheduleName;
  /** λ, 0 for none. */
  readonly weightDecay: number;
  /** Largest norm of a gradient; undefined for any. */
  readonly clipNorm: number | undefined;
  /** How faces are changed from pass to pass; undefined for not at all. */
  readonly augment: AugmentSettings | undefined;
  /** Of the order of the rows, of dropout and of augmentation. */
  readonly seed: number;
}

export interface Problem {
  readonly model: LayersModel;
  /** The model's dense layers, or why it is no stack of them. */
  readonly stack: readonly DenseLayer[] | string;
  readonly train: Part;
  readonly validation: Part;
  readonly learningRate: number;
  /** μ, 0 for plain descent. */
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly regime: Regime;
  /** What is known of the data besides the parts. */
  readonly knowledge: Knowledge;
  /** How many threads may compute, where a solver has its own; by default one for each core. */
  readonly threads: number | undefined;
  /** Name of tfjs's engine. */
  readonly backend: string;
}

/** Weights in the order of `model.getWeights()`; they belong to whoever called the solver. */
export interface Solution {
  /** After the last iteration. */
  readonly last: Tensor[];
  /** After the best one; undefined when no iteration had a finite loss, and the model holds what it held before. */
  readonly best: Float32Array[] | undefined;
  /** The threads that computed and their vector instructions, of a solver that has its own. */
  readonly threads?: number;
  readonly simd?: Variant;
}

/**
 * What a solver ends with that trains the model itself; where no iteration had a finite loss the model has its initial weights again.
 *
 * @param best those of the best iteration, the initial ones where there is none
 */
export function solutionOf(model: LayersModel, watch: Watch, best: Float32Array[]): Solution {
  const last = snapshot(model);
  if (watch.best.iteration >= 0) return { last, best };
  setWeights(model, best);
  return { last, best: undefined };
}

/** Why a solver could not even begin on this machine, as the rest of a sentence; nothing has been done. */
export interface Refused {
  readonly refused: string;
}

/** Why a regime is no plain descent by all rows at once, as the rest of a sentence; undefined when it is. */
export function whyNotPlain({ model, regime, train }: Problem): string | undefined {
  const { batchSize, optimizer, schedule, weightDecay, clipNorm, augment } = regime;
  if (batchSize !== undefined && batchSize < train.rows.length)
    return `batches of ${batchSize} ${batchSize === 1 ? 'row' : 'rows'} are asked for`;
  if (augment) return 'faces are augmented';
  if (optimizer !== 'sgd') return `the optimizer ${optimizer} is asked for`;
  if (schedule !== 'constant') return `the learning rate has the schedule ${schedule}`;
  if (weightDecay > 0) return 'weights decay';
  if (clipNorm !== undefined) return 'gradients are clipped';
  return whyRandom(model);
}

/** What the arithmetic depends on: n training rows, m of both parts, d pixels, h units of the first layer (0 where it is no dense one). */
export function sizesOf({ stack, train, validation }: Problem): { n: number; m: number; d: number; h: number } {
  const n = train.rows.length;
  const h = (typeof stack === 'string' ? undefined : stack[0]?.units) ?? 0;
  return { n, m: n + validation.rows.length, d: train.x.shape[1], h };
}

const K_BYTES_LIMIT = 2 ** 30; // K of 16,000 rows; the memory of WebAssembly ends at 4 GiB

/**
 * Why the dual form cannot take a problem, whoever computes it, as the rest of a sentence; undefined when it can.
 *
 * @param knows whether there is a derivative for an activation
 */
export function whyNotDualForm(problem: Problem, knows: (activation: string) => boolean): string | undefined {
  const notPlain = whyNotPlain(problem);
  if (notPlain) return notPlain;
  if (typeof problem.stack === 'string') return problem.stack;
  const strange = problem.stack.find(({ activation }) => !knows(activation));
  if (strange) return `no derivative is known here for the activation ${strange.activation}`;
  const { n, m } = sizesOf(problem);
  const bytes = m * n * 4;
  if (bytes <= K_BYTES_LIMIT) return undefined;
  return `the products of ${n} training rows would take ${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** Labelled coordinates of a part, which a loss is divided by. */
export function labelsOf({ y, mask }: Part): number {
  return mask ? (mask.dataSync() as Float32Array).reduce((sum, one) => sum + one, 0) : y.size;
}

export interface Solver {
  /** Why this solver cannot take the problem, as the rest of a sentence; undefined when it can. */
  readonly whyNot: (problem: Problem) => string | undefined;
  /** Multiply-adds that the given number of iterations needs in the first layer, where the work is. */
  readonly cost: (problem: Problem, iterations: number) => number;
  /** The time that they take, and all that goes with them, in multiply-adds of one thread of WebAssembly: about 2.5e10 a second. */
  readonly price: (problem: Problem, iterations: number) => number;
  /**
   * Descends until `watch.isOver`, from `checkpoints.resumed` on where there is that; after each iteration it saves its state when that is
   * due. Leaves the weights of the model to the caller.
   */
  readonly solve: (problem: Problem, watch: Watch, checkpoints: Checkpoints) => Promise<Solution | Refused>;
}
