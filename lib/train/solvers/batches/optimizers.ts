/**
 * The rules by which gradients change weights, each with what it remembers of earlier updates.
 *
 *     sgd    v ← μ v + g;  W ← W − η v − η λ W, with Nesterov W ← W − η (g + μ v) − η λ W
 *     adam   m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²;  W ← W − η m̂ / (√ŝ + ε) − η λ W, with m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ)
 *
 * λ is decoupled from the gradient (AdamW: Loshchilov & Hutter 2019) and shrinks matrices and filters only, no biases.
 */

import { adamStep, hasAdam } from '../../../backend/kernels/adam';
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
  protected readonly memory: Variable[][] = [];
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
    while (this.memory.length * this.variables.length < memory.length) this.makeMemory();
    const like = this.memory.flat();
    for (const [i, values] of tensorsOf(memory, like).entries()) {
      like[i]?.assign(values);
      values.dispose();
    }
    this.numbers = Array.from(numbers);
  }

  dispose(): void {
    tf.dispose(this.memory);
  }

  /** What is done once in an update. */
  protected begin(_: Rates): void {}

  /** What a variable becomes. */
  protected updated(variable: Variable, gradient: Tensor, i: number, rates: Rates): Tensor {
    const shrink = this.shrinkOf(variable, rates);
    const step = tf.tidy(() => tf.mul(this.step(gradient, i, rates), rates.learningRate));
    return tf.sub(shrink === 1 ? variable : tf.mul(variable, shrink), step);
  }

  /** 1 − η λ for a matrix or filter, 1 for a bias. */
  protected shrinkOf({ rank }: Variable, { learningRate }: Rates): number {
    return rank > 1 ? 1 - learningRate * this.options.weightDecay : 1;
  }

  /** What is taken from a variable, times η. */
  protected abstract step(gradient: Tensor, i: number, rates: Rates): Tensor;

  protected makeMemory(): Variable[] {
    const zeros = this.variables.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)));
    this.memory.push(zeros);
    return zeros;
  }
}

class Sgd extends Rule {
  protected step(gradient: Tensor, i: number, { momentum }: Rates): Tensor {
    if (momentum === 0) return gradient;
    const velocity = (this.memory[0] ?? this.makeMemory())[i] as Variable;
    velocity.assign(tf.add(tf.mul(velocity, momentum), gradient));
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
    if (!hasAdam()) return super.updated(variable, gradient, i, rates);
    const [mean, square] = [this.mean[i] as Variable, this.square[i] as Variable];
    const [beta1, beta2] = this.numbers as [number, number];
    return adamStep(
      { weights: variable, gradient, mean, square },
      {
        ...{ beta1: rates.momentum, beta2: BETA_2, epsilon: EPSILON },
        ...{ rate: rates.learningRate / (1 - beta1), correction: 1 / (1 - beta2) },
        shrink: this.shrinkOf(variable, rates),
      },
    );
  }

  protected step(gradient: Tensor, i: number, { momentum }: Rates): Tensor {
    const [mean, square] = [this.mean[i] as Variable, this.square[i] as Variable];
    // Tensors as large as the variable are gone as soon as they have been used.
    mean.assign(tf.tidy(() => tf.add(tf.mul(mean, momentum), tf.mul(gradient, 1 - momentum))));
    square.assign(tf.tidy(() => tf.add(tf.mul(square, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2))));
    const [beta1, beta2] = this.numbers as [number, number];
    const spread = tf.tidy(() => tf.add(tf.sqrt(tf.div(square, 1 - beta2)), EPSILON));
    return tf.div(tf.div(mean, 1 - beta1), spread);
  }
}
