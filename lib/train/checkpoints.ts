/** When a training is kept in the middle, and what it goes on from. Solvers ask after every iteration whether it is time. */

import { type LiveArray, type LiveCheckpoint, type SolverState, withArrays } from '../bundle/checkpoint';
import { FacemarkError } from '../errors';
import { checkNumber, withDefaults } from '../options';
import type { Continuation } from './continuation';
import type { Watch } from './watch';

export interface CheckpointOptions {
  /**
   * Is given the training as it stands between two iterations, and once more when the signal has stopped it. The training waits for it,
   * and ends with whatever it throws. What it is given can be read until then: `writeCheckpoint` writes it to a file without a copy of it in
   * memory, `copyCheckpoint` makes one.
   */
  readonly save: (checkpoint: LiveCheckpoint) => void | Promise<void>;
  /** Seconds from one checkpoint to the next; by default 10, and more where saving would else take more than 2 % of the time. */
  readonly everySeconds?: number | undefined;
  /** Iterations from one to the next; whichever is over first. Infinity, for both, is never. */
  readonly everyIterations?: number | undefined;
}

export const CHECKPOINT_DEFAULTS = Object.freeze({ everyIterations: Infinity });

const SECONDS = 10; // work that nobody minds to lose
const LARGEST_SHARE = 0.02; // of the time: a network of 17 million weights with Adam is 270 MB

/**
 * The options with their defaults, checked.
 *
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkCheckpointOptions(options: CheckpointOptions) {
  const filled = withDefaults(CHECKPOINT_DEFAULTS, options);
  const { everySeconds = SECONDS, everyIterations } = filled;
  if (everySeconds !== Infinity) checkNumber('everySeconds', everySeconds, { atLeast: 0 });
  if (everyIterations !== Infinity) checkNumber('everyIterations', everyIterations, { integer: true, atLeast: 1 });
  return filled;
}

export class Checkpoints {
  private savedAt = performance.now();
  /** How long the last one took. */
  private savingMs = 0;
  private savedIterations: number;

  /**
   * @param options undefined where nothing is to be kept
   * @param resumed what the solver goes on from; undefined at the beginning of a training
   * @param complete puts the rest around the state of the solver
   */
  constructor(
    private readonly options: ReturnType<typeof checkCheckpointOptions> | undefined,
    private readonly watch: Watch,
    readonly resumed: Continuation | undefined,
    private readonly complete: (state: SolverState<LiveArray>) => LiveCheckpoint,
  ) {
    this.savedIterations = watch.validation.length;
  }

  /** Whether the iteration that has just been done is to be kept. What has come to its end is not: it is there. */
  get isDue(): boolean {
    const iterations = this.watch.validation.length - this.savedIterations;
    if (!this.options || iterations === 0 || this.watch.divergedAt !== undefined) return false;
    if (this.watch.isOver) return this.watch.stopped === 'aborted';
    const { everySeconds = Math.max(SECONDS, this.savingMs / 1000 / LARGEST_SHARE), everyIterations } = this.options;
    return (performance.now() - this.savedAt) / 1000 >= everySeconds || iterations >= everyIterations;
  }

  /** Keeps it. Its arrays can be read until the caller's `save` has come back. */
  async save(state: SolverState<LiveArray>): Promise<void> {
    const before = performance.now();
    let isOver = false;
    const lent = (array: LiveArray): LiveArray => ({
      length: array.length,
      read(from, into) {
        if (isOver) throw readTooLate();
        array.read(from, into);
      },
    });
    try {
      await this.options?.save(this.complete(withArrays(state, lent)));
    } finally {
      isOver = true;
    }
    this.savedAt = performance.now();
    this.savingMs = this.savedAt - before;
    this.savedIterations = this.watch.validation.length;
  }
}

function readTooLate(): FacemarkError {
  return new FacemarkError(
    'bad-option',
    'a checkpoint was read after save had come back, when the training had gone on; expected a save that waits: (checkpoint) => writeCheckpoint(file, checkpoint), or one that copies: copyCheckpoint(checkpoint).',
  );
}
