/**
 * What is watched while a network trains, whichever solver moves it: the history, the best iteration, patience, divergence,
 * the caller's signal and callback. Solvers report losses and ask whether to stop; nothing here touches a tensor.
 */

import type { Checkpoint } from '../bundle/checkpoint';

/** What `onIteration` is told after each iteration. */
export interface IterationReport {
  /** Index of the iteration, from 0. */
  readonly iteration: number;
  /** How many there will be at most. */
  readonly iterations: number;
  /** Mean squared error of the training rows, with the weights after this iteration's update. */
  readonly training: number;
  /** The same of the validation rows. */
  readonly validation: number;
  /** The iteration with the smallest validation error so far. */
  readonly best: Best;
}

export interface Best {
  /** Index of the iteration, from 0; −1 when there was none. */
  readonly iteration: number;
  readonly validation: number;
}

export type Stopped = 'finished' | 'patience' | 'aborted';

export interface WatchOptions {
  readonly iterations: number;
  readonly patience: number;
  readonly onIteration: ((report: IterationReport) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** What was watched before, of a training that goes on. */
  readonly before: Pick<Checkpoint, 'history' | 'best'> | undefined;
}

export class Watch {
  readonly iterations: number;
  /** Losses by iteration; both are measured with the weights after the update. */
  readonly training: number[];
  readonly validation: number[];
  best: Best;
  /** Iteration whose loss was no longer finite. */
  divergedAt: number | undefined;

  constructor(private readonly options: WatchOptions) {
    const { iterations, before } = options;
    this.iterations = iterations;
    this.training = Array.from(before?.history.training ?? []);
    this.validation = Array.from(before?.history.validation ?? []);
    this.best = before?.best ?? { iteration: -1, validation: Infinity };
  }

  /**
   * Takes the validation error of the next iteration.
   *
   * @returns true when it is the best so far, and its weights are worth keeping
   */
  validated(validation: number): boolean {
    const iteration = this.validation.push(validation) - 1;
    if (!Number.isFinite(validation)) this.divergedAt ??= iteration;
    if (this.divergedAt !== undefined || validation >= this.best.validation) return false;
    this.best = { iteration, validation };
    return true;
  }

  /** Takes the training error of the same iteration, or of an earlier one in its turn, and tells the caller. */
  trained(training: number): void {
    const iteration = this.training.push(training) - 1;
    if (!Number.isFinite(training)) this.divergedAt ??= iteration;
    if (this.divergedAt !== undefined) return;
    const validation = this.validation[iteration] as number;
    this.options.onIteration?.({ iteration, iterations: this.iterations, training, validation, best: this.best });
  }

  /** The caller's signal. */
  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  /** True when no further iteration is wanted. */
  get isOver(): boolean {
    return this.divergedAt !== undefined || this.validation.length >= this.iterations || this.stopped !== 'finished';
  }

  /** Why training ended, or would end now. */
  get stopped(): Stopped {
    if (this.validation.length - 1 - this.best.iteration >= this.options.patience) return 'patience';
    return this.options.signal?.aborted && this.validation.length < this.iterations ? 'aborted' : 'finished';
  }
}
