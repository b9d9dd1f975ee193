/**
 * What a training goes on from: how far it had come, which it remembers, and the arrays of its solver, which are as large as all that the
 * training holds and are let go as soon as the solver has taken them over.
 */

import type { Checkpoint, SolverState } from '../bundle/checkpoint';
import { FacemarkError } from '../errors';

/** A checkpoint, or a function that is asked for one when the training begins. */
export type ResumeFrom = Checkpoint | undefined | (() => Checkpoint | undefined | Promise<Checkpoint | undefined>);

export class Continuation {
  /** All but the arrays. */
  readonly progress: Omit<Checkpoint, 'state'>;
  private state: SolverState | undefined;

  /** @throws FacemarkError `bad-option` for one that was not copied while its training waited */
  constructor({ state, ...progress }: Checkpoint) {
    if (!state.weights.every((array) => ArrayBuffer.isView(array)))
      throw new FacemarkError(
        'bad-option',
        "resume is a checkpoint as save was given it, whose arrays were its training's; expected a copy that was made before save came back: copyCheckpoint(checkpoint).",
      );
    this.progress = progress;
    this.state = state;
  }

  /**
   * Hands the arrays over, once. A solver that held them in a variable of its own would hold them for the whole training.
   *
   * @returns what `over` makes of them; undefined when they were handed over before
   */
  take<T>(over: (state: SolverState) => T): T | undefined {
    const { state } = this;
    this.state = undefined;
    return state && over(state);
  }
}

/** @returns undefined for a training that begins */
export async function resumedFrom(resume: ResumeFrom): Promise<Continuation | undefined> {
  const checkpoint = typeof resume === 'function' ? await resume() : resume;
  return checkpoint && new Continuation(checkpoint);
}
