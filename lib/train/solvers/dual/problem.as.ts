/**
 * What the threads know of the problem: sizes, and where each array lies in their common memory. `memory-plan.ts` writes these structures
 * field by field, in this order.
 *
 * Samples go in panels of eight: a matrix [units, samples] is stored [panel][unit][8]. Training panels come first, validation panels
 * after them. Units are padded to a multiple of four, samples to whole panels; what is padded is 0 and stays 0.
 */

import { thread } from './threads.as';

/** At this address. */
export const PROBLEM: usize = 1024;

@unmanaged
export class Problem {
  layers: i32;
  /** Pixels of a face, d. */
  inputs: i32;
  /** Panels of the training rows, R, and of all rows, S. */
  trainingPanels: i32;
  panels: i32;
  /** Labelled coordinates, which a loss is divided by. */
  trainingLabels: f32;
  validationLabels: f32;
  learningRate: f32;
  /** 0 for plain descent. */
  momentum: f32;
  nesterov: i32;
  /** [8·S, d] the rows themselves. */
  x: usize;
  /** [S][8·R][8] X·X_trainᵀ. */
  k: usize;
  /** [d, units] W₁(0), without padding. */
  w0: usize;
  /** [S][units][8] X·W₁(0). */
  z0: usize;
  /** [S][outputs][8] targets, and 1 where they are labelled. */
  y: usize;
  mask: usize;
  /** [S] sums of squared errors. */
  losses: usize;
  /** [d, units] W₁ at the end: of the last iteration and of the best. */
  last: usize;
  best: usize;
  /** Scratch of `matmul`, so many bytes for each thread. */
  scratch: usize;
  scratchBytes: i32;
}

@unmanaged
export class Layer {
  /** Padded to a multiple of 4; and without. */
  units: i32;
  realUnits: i32;
  /** Padded units of the layer below; in the first layer 8·R, the rows of A. */
  inputs: i32;
  /** Code of `activations.as.ts`. */
  activation: i32;
  hasBias: i32;
  /** [units / 4][inputs][4], and the same of the best iteration. */
  weights: usize;
  bestWeights: usize;
  /** [inputs / 4][units][4] the same weights the other way round; 0 in the first layer. */
  flipped: usize;
  /** Laid out like the weights; 0 in the first layer, where A descends by `delta` itself. */
  gradient: usize;
  /** Laid out like the weights; 0 in plain descent. */
  velocity: usize;
  /** [units] each. */
  bias: usize;
  bestBias: usize;
  biasGradient: usize;
  biasVelocity: usize;
  /** [S][units][8] outputs h. */
  h: usize;
  /** [R][units][8] ∂E/∂z. */
  delta: usize;
}

/** Addresses in a matrix [panel][unit][8]. */
export class Panel {
  /** Of the first number of a panel. */
  @inline
  static of(matrix: usize, s: i32, units: i32): usize {
    return matrix + ((<usize>s * units) << 5);
  }

  /** Of a unit's eight numbers in a panel. */
  @inline
  static row(panel: usize, unit: i32): usize {
    return panel + ((<usize>unit) << 5);
  }
}

/** Addresses in weights [unit / 4][input][4]. */
export class Quad {
  /** Of an input's four numbers. */
  @inline
  static of(weights: usize, quad: i32, inputs: i32, input: i32): usize {
    return weights + ((<usize>quad * inputs + input) << 4);
  }
}

/** Panels `from` to `to`, some at a time: pieces of training panels first, then of validation panels, never of both. */
export class Pieces {
  @inline
  static count(panels: i32): i32 {
    const p = The.problem();
    return Pieces.ofTraining(panels) + (p.panels - p.trainingPanels + panels - 1) / panels;
  }

  @inline
  static ofTraining(panels: i32): i32 {
    return (The.problem().trainingPanels + panels - 1) / panels;
  }

  @inline
  static from(piece: i32, panels: i32): i32 {
    const training = Pieces.ofTraining(panels);
    return piece < training ? piece * panels : The.problem().trainingPanels + (piece - training) * panels;
  }

  @inline
  static to(piece: i32, panels: i32): i32 {
    const p = The.problem();
    return min(Pieces.from(piece, panels) + panels, piece < Pieces.ofTraining(panels) ? p.trainingPanels : p.panels);
  }
}

export class The {
  @inline
  static problem(): Problem {
    return changetype<Problem>(PROBLEM);
  }

  /** Memory of this thread's own, which `matmul` uses too. */
  @inline
  static scratch(): usize {
    const p = The.problem();
    return p.scratch + <usize>thread() * p.scratchBytes;
  }

  @inline
  static layer(l: i32): Layer {
    return changetype<Layer>(PROBLEM + offsetof<Problem>() + <usize>l * offsetof<Layer>());
  }
}
