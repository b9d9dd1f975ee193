/** What every solver of `train` is given and gives back. */

import type { LayersModel, Tensor } from '../../backend/tf';
import type { Part } from '../../prepare/prepare';
import type { DenseLayer } from '../dense-stack';
import type { Watch } from '../watch';

export interface Problem {
  readonly model: LayersModel;
  /** The model's dense layers, or why it is no stack of them. */
  readonly stack: readonly DenseLayer[] | string;
  readonly train: Part;
  readonly validation: Part;
  readonly learningRate: number;
}

/** Weights in the order of `model.getWeights()`; the tensors belong to whoever called the solver. */
export interface Solution {
  /** After the last iteration. */
  readonly last: Tensor[];
  /** After the best one; undefined when no iteration had a finite loss. */
  readonly best: Tensor[] | undefined;
}

export interface Solver {
  /** Why this solver cannot take the problem, as the rest of a sentence; undefined when it can. */
  readonly whyNot: (problem: Problem) => string | undefined;
  /** Multiply-adds that the given number of iterations needs in the first layer, where the work is. */
  readonly cost: (problem: Problem, iterations: number) => number;
  /** Descends until `watch.isOver`. Leaves the weights of the model to the caller. */
  readonly solve: (problem: Problem, watch: Watch) => Promise<Solution>;
}
