/**
 * The rules by which gradients change weights, each with what it remembers of earlier updates.
 *
 *     sgd    v ← μ v + g;  W ← W − η v − η λ W, with Nesterov W ← W − η (g + μ v) − η λ W
 *     adam   m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²;  W ← W − η m̂ / (√ŝ + ε) − η λ W, with m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ)
 *
 * λ is decoupled from the gradient (AdamW: Loshchilov & Hutter 2019) and shrinks matrices and filters only, no biases.
 */

import { adamStep } from '../../../backend/kernels/adam';
import { type Tensor, tf, type Variable } from '../../../backend/tf';
import type { LiveArray, SolverState } from '../../../bundle/checkpoint';
import type { Rates } from '../../schedules';
import { liveValuesOf, tensorsOf } from '../../snapshot';

/** The rules there are. */
export const OPTIMIZERS = ['sgd', 'adam'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

const BETA_2 = 0.999; // Kingma & Ba 2015
const EPSILON = 1e-8;

export interface OptimizerOptions {
  readonly nesterov: boolean;
  /** λ */
  readonly weightDecay: number;
}

type Remembered<A = Float32Array> = Pick<SolverState<A>, 'memory' | 'numbers'>;

/** A rule with its memory; the variables stay the model's. */
export interface Optimizer {
  /** Changes the variables by their gradients, which hold nothing that can be used afterwards. */
  update(gradients: readonly Tensor[], rates: Rates): void;
  /** What it remembers of earlier updates, to be read before the next one. */
  remembered(): Remembered<LiveArray>;
  /** Goes on with what another one remembered. */
  remember(remembered: Remembered): void;
  dispose(): void;
}

/** Makes a rule for some variables. */
export function makeOptimizer(
  name: OptimizerName,
  variables: readonly Variable[],
  options: OptimizerOptions,
): Optimizer {
  return name === 'adam' ? new Adam(variables, options) : new Sgd(variables, options);
}

abstract class Rule implements Optimizer {
  /** Tensors like the variables, by what they are for; zero at the beginning. */
  protected readonly memory: Tensor[][] = [];
  /** Numbers that it remembers. */
  protected numbers: readonly number[] = [];

  constructor(
    protected readonly variables: readonly Variable[],
    protected readonly options: OptimizerOptions,
  ) {}

  update(gradients: readonly Tensor[], rates: Rates): void {
    this.begin(rates);
    for (const [i, variable] of this.variables.entries())
      tf.tidy(() => variable.assign(this.updated(variable, gradients[i] as Tensor, i, rates)));
  }

  remembered(): Remembered<LiveArray> {
    return { memory: liveValuesOf(this.memory.flat()), numbers: Float64Array.from(this.numbers) };
  }

  remember({ memory, numbers }: Remembered): void {
    const count = this.variables.length;
    while (this.memory.length * count < memory.length) this.makeMemory();
    for (const [i, values] of tensorsOf(memory, this.memory.flat()).entries())
      this.keep(this.memory[Math.floor(i / count)] as Tensor[], i % count, values);
    this.numbers = Array.from(numbers);
  }

  dispose(): void {
    tf.dispose(this.memory);
  }

  /** What is done once in an update. */
  protected begin(_: Rates): void {}

  /** What a variable becomes. */
  protected abstract updated(variable: Variable, gradient: Tensor, i: number, rates: Rates): Tensor;

  /** 1 − η λ for a matrix or filter, 1 for a bias. */
  protected shrinkOf({ rank }: Variable, { learningRate }: Rates): number {
    return rank > 1 ? 1 - learningRate * this.options.weightDecay : 1;
  }

  protected makeMemory(): Tensor[] {
    const zeros = this.variables.map((variable) => tf.keep(tf.zerosLike(variable)));
    this.memory.push(zeros);
    return zeros;
  }

  /** Puts a tensor in the place of another one of the memory. */
  protected keep(memory: Tensor[], i: number, tensor: Tensor): void {
    memory[i]?.dispose();
    memory[i] = tf.keep(tensor);
  }
}

class Sgd extends Rule {
  protected override updated(variable: Variable, gradient: Tensor, i: number, rates: Rates): Tensor {
    const shrink = this.shrinkOf(variable, rates);
    const step = tf.tidy(() => tf.mul(this.step(gradient, i, rates), rates.learningRate));
    return tf.sub(shrink === 1 ? variable : tf.mul(variable, shrink), step);
  }

  /** What is taken from a variable, times η. */
  private step(gradient: Tensor, i: number, { momentum }: Rates): Tensor {
    if (momentum === 0) return gradient;
    const velocities = this.memory[0] ?? this.makeMemory();
    const velocity = tf.tidy(() => tf.add(tf.mul(velocities[i] as Tensor, momentum), gradient));
    this.keep(velocities, i, velocity);
    return this.options.nesterov ? tf.add(gradient, tf.mul(velocity, momentum)) : velocity;
  }
}

class Adam extends Rule {
  private readonly mean = this.makeMemory();
  private readonly square = this.makeMemory();
  /** Products of all β₁ and of all β₂ so far. */
  protected override numbers: readonly number[] = [1, 1];

  protected override begin({ momentum }: Rates): void {
    const [beta1, beta2] = this.numbers as [number, number];
    this.numbers = [beta1 * momentum, beta2 * BETA_2];
  }

  protected override updated(variable: Variable, gradient: Tensor, i: number, rates: Rates): Tensor {
    const [beta1, beta2] = this.numbers as [number, number];
    const { weights, mean, square } = adamStep(
      { weights: variable, gradient, mean: this.mean[i] as Tensor, square: this.square[i] as Tensor },
      {
        ...{ beta1: rates.momentum, beta2: BETA_2, epsilon: EPSILON },
        ...{ rate: rates.learningRate / (1 - beta1), correction: 1 / (1 - beta2) },
        shrink: this.shrinkOf(variable, rates),
      },
    );
    this.keep(this.mean, i, mean);
    this.keep(this.square, i, square);
    return weights;
  }
}
