/**
 * A checkpoint: a training between two iterations, as plain data, and its file.
 *
 *     line 1     JSON: format, what training it is, how far it has come, and the lengths of the arrays; `head -1` shows it
 *     then       the arrays, one after the other, as they lie in memory
 *     the end    SHA-256 of all before it, in hexadecimal
 *
 * A new checkpoint takes the old one's place by a rename, so a process that is killed at any moment leaves one of the two, whole.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FacemarkError, messageOf } from '../errors';
import { sha256, writeStreamSafely } from '../files';
import { version } from '../version';

/** A training after some iterations: all that is needed, besides model and data, to go on as if it had never stopped. */
export interface Checkpoint {
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
  readonly state: SolverState;
}

/** What a solver holds after an iteration, in a form of its own. What is random follows from the seed and the number of the update. */
export interface SolverState {
  /** The weights, in the order of the model's; of the dual form's first layer A. */
  readonly weights: readonly Float32Array[];
  /** The same of the best iteration; undefined while these are the best. */
  readonly best: readonly Float32Array[] | undefined;
  /** What the optimizer remembers of earlier updates: velocities, means of gradients and of their squares. */
  readonly memory: readonly Float32Array[];
  /** Numbers that it remembers: Adam's products of β. */
  readonly numbers: Float64Array;
  /** W₁(0) of the dual form. */
  readonly start: readonly Float32Array[];
}

type Arrays = readonly (Float32Array | Float64Array)[];

/** The first line of the file. */
interface Header extends Omit<Checkpoint, 'history' | 'state'> {
  readonly format: typeof FORMAT;
  readonly formatVersion: number;
  /** Version of the facemark that wrote it. */
  readonly facemark: string;
  readonly iterations: number;
  /** Lengths of the arrays, in the order of the file. */
  readonly arrays: Readonly<Record<(typeof ORDER)[number], readonly number[]>>;
}

const FORMAT = 'facemark-checkpoint';
const FORMAT_VERSION = 1; // raised when an older facemark could no longer read what is written
const LONGEST_LINE = 2 ** 20; // bytes: what has no end of line by then is no checkpoint
const PORTION = 2 ** 20; // bytes hashed and written in one go: about 2 ms, then the event loop turns
const HASH_LENGTH = 64; // of a SHA-256 in hexadecimal
/** Arrays of float64 come first, then those of float32. */
const DOUBLES = ['training', 'validation', 'numbers'] as const;
const ORDER = [...DOUBLES, 'weights', 'best', 'memory', 'start'] as const;

/**
 * Writes a checkpoint in the place of an earlier one.
 *
 * @param path of the file; its folder is made if need be
 * @throws FacemarkError `output` when the disk refuses; the earlier checkpoint is still there
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { history, state, ...rest } = checkpoint;
  const arrays: Record<(typeof ORDER)[number], Arrays> = {
    ...{ training: [history.training], validation: [history.validation], numbers: [state.numbers] },
    ...{ weights: state.weights, best: state.best ?? [], memory: state.memory, start: state.start },
  };
  const lengths = Object.fromEntries(ORDER.map((name) => [name, arrays[name].map(({ length }) => length)]));
  const known = { format: FORMAT, formatVersion: FORMAT_VERSION, facemark: version, ...rest };
  const header = { ...known, iterations: history.validation.length, arrays: lengths };
  const parts = ORDER.flatMap((name) => arrays[name]).map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  await writeStreamSafely(path, sealed([Buffer.from(`${JSON.stringify(header)}\n`), ...parts]));
}

/** The parts in portions, and the hash of them all. */
async function* sealed(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (const part of parts)
    for (let from = 0; from < part.length; from += PORTION) {
      const portion = part.subarray(from, from + PORTION);
      hash.update(portion);
      yield portion;
    }
  yield Buffer.from(hash.digest('hex'));
}

/**
 * Reads a checkpoint.
 *
 * @returns undefined where there is no such file
 * @throws FacemarkError `bad-file`, in one sentence, for a file that is no checkpoint, was cut off or changed, or is newer than this facemark
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new FacemarkError('bad-file', `${path} cannot be read (${messageOf(cause)}); expected a checkpoint.`);
  });
  if (bytes === undefined) return undefined;
  const lineEnd = bytes.subarray(0, LONGEST_LINE).indexOf('\n');
  const { iterations: _, format: __, formatVersion: ___, facemark: ____, ...header } = headerOf(path, bytes, lineEnd);
  const { arrays: lengths, ...rest } = header;
  let at = lineEnd + 1;
  const take = (name: (typeof ORDER)[number]): Arrays =>
    lengths[name].map((length) => {
      const [Type, size] = (DOUBLES as readonly string[]).includes(name) ? [Float64Array, 8] : [Float32Array, 4];
      const array = new Type(length);
      new Uint8Array(array.buffer).set(bytes.subarray(at, at + length * size));
      at += length * size;
      return array;
    });
  const [training, validation, numbers] = DOUBLES.map((name) => take(name)[0]) as Float64Array[];
  const [weights, best, memory, start] = ORDER.slice(DOUBLES.length).map(take) as Float32Array[][];
  return {
    ...rest,
    history: { training, validation },
    state: { weights, best: best?.length ? best : undefined, memory, numbers, start },
  } as Checkpoint;
}

/** The first line of a checkpoint that is whole. */
function headerOf(path: string, bytes: Buffer, lineEnd: number): Header {
  const bad = (what: string) => new FacemarkError('bad-file', `${path} ${what}`);
  let header: Header | undefined;
  try {
    header = JSON.parse(bytes.toString('utf8', 0, Math.max(lineEnd, 0)));
  } catch {} // is said below
  if (header?.format !== FORMAT) throw bad('is no checkpoint of facemark; expected one that a training has saved.');
  if (!(header.formatVersion <= FORMAT_VERSION))
    throw bad(
      `has the format version ${header.formatVersion}, written by facemark ${header.facemark}; this facemark reads up to ${FORMAT_VERSION}: update it (npm install facemark@latest).`,
    );
  const end = bytes.length - HASH_LENGTH;
  if (sha256(bytes.subarray(0, end)) !== bytes.toString('latin1', end))
    throw bad(
      'is not as it was saved: its SHA-256 differs, so it was cut off or changed. Copy it anew, or train from the beginning.',
    );
  return header;
}
