/**
 * A checkpoint: a training between two iterations. As plain data it is all copies; as the training gives it to be kept it is live: its arrays
 * stay where the training computes and are read in portions, for together they are as large as all that the training holds.
 */

/**
 * A training after some iterations: all that is needed, besides model and data, to go on as if it had never stopped.
 *
 * @typeParam A its arrays: copies, or `LiveArray`
 */
export interface Checkpoint<A = Float32Array> {
  /** Losses of the iterations that are done, as in `Run`. The training errors of the solver `fit` are one behind. */
  readonly history: { readonly training: Float64Array; readonly validation: Float64Array };
  /** The iteration with the smallest validation error so far. */
  readonly best: { readonly iteration: number; readonly validation: number };
  /** Wall-clock time of the descent up to here, in all its sittings. */
  readonly seconds: number;
  readonly solver: string;
  /** Why this one, in a plain line. */
  readonly solverWhy: string;
  /** Name of tfjs's engine. */
  readonly backend: string;
  /** What has to be the same for going on, by name: settings, faces, network, versions. JSON. */
  readonly circumstances: Readonly<Record<string, unknown>>;
  readonly state: SolverState<A>;
}

/** What a solver holds after an iteration, in a form of its own. What is random follows from the seed and the number of the update. */
export interface SolverState<A = Float32Array> {
  /** The weights, in the order of the model's; of the dual form's first layer A. */
  readonly weights: readonly A[];
  /** The same of the best iteration; undefined while these are the best. */
  readonly best: readonly A[] | undefined;
  /** What the optimizer remembers of earlier updates: velocities, means of gradients and of their squares. */
  readonly memory: readonly A[];
  /** Numbers that it remembers: Adam's products of β. */
  readonly numbers: Float64Array;
  /** W₁(0) of the dual form. */
  readonly start: readonly A[];
}

/** An array of a training that waits, to be read while it does. */
export interface LiveArray {
  readonly length: number;
  /**
   * Fills `into` with the numbers from one place on.
   *
   * @throws FacemarkError `bad-option` once the training has gone on
   */
  read(from: number, into: Float32Array): void;
}

/** A checkpoint as `save` is given it: good until `save` has come back, for `writeCheckpoint` or `copyCheckpoint`. */
export type LiveCheckpoint = Checkpoint<LiveArray>;

/**
 * A checkpoint to keep in memory: `train` goes on from it as from one that was read from a file.
 *
 * @returns one that shares no array with the training
 */
export function copyCheckpoint(checkpoint: Checkpoint | LiveCheckpoint): Checkpoint {
  const state = withArrays<Float32Array | LiveArray, Float32Array>(checkpoint.state, (array) => {
    if (ArrayBuffer.isView(array)) return array.slice();
    const copy = new Float32Array(array.length);
    array.read(0, copy);
    return copy;
  });
  return { ...checkpoint, state };
}

/** An array that is at hand, to be read as a live one. */
export function liveArray(array: Float32Array): LiveArray {
  return { length: array.length, read: (from, into) => into.set(array.subarray(from, from + into.length)) };
}

/** A state with another array in the place of each. */
export function withArrays<A, B>(state: SolverState<A>, change: (array: A) => B): SolverState<B> {
  const { weights, best, memory, numbers, start } = state;
  const changed = (arrays: readonly A[]): B[] => arrays.map(change);
  return {
    weights: changed(weights),
    best: best && changed(best),
    memory: changed(memory),
    numbers,
    start: changed(start),
  };
}
