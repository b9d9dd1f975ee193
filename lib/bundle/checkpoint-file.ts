/**
 * A checkpoint's file.
 *
 *     line 1     JSON: format, what training it is, how far it has come, and the lengths of the arrays; `head -1` shows it
 *     then       the arrays, one after the other, as they lie in memory; blanks at the end of line 1 let them begin at a multiple of 8 bytes
 *     the end    SHA-256 of all before it, in hexadecimal
 *
 * A new checkpoint takes the old one's place by a rename, so a process that is killed at any moment leaves one of the two, whole.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FacemarkError, messageOf } from '../errors';
import { sha256, writeStreamSafely } from '../files';
import { version } from '../version';
import { type Checkpoint, type LiveArray, type LiveCheckpoint, liveArray } from './checkpoint';

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
const PORTION = 2 ** 20; // bytes read, hashed and written in one go: about 2 ms, then the event loop turns
const HASH_LENGTH = 64; // of a SHA-256 in hexadecimal
/** Arrays of float64 come first, then those of float32. */
const DOUBLES = ['training', 'validation', 'numbers'] as const;
const FLOATS = ['weights', 'best', 'memory', 'start'] as const;
const ORDER = [...DOUBLES, ...FLOATS] as const;

type Arrays = Readonly<
  Record<(typeof DOUBLES)[number], readonly Float64Array[]> &
    Record<(typeof FLOATS)[number], readonly (Float32Array | LiveArray)[]>
>;

/**
 * Writes a checkpoint in the place of an earlier one, a portion of 1 MiB after the other: nothing is copied as a whole.
 *
 * @param path of the file; its folder is made if need be
 * @param checkpoint as `save` of the training was given it, which must wait for this; or a copy
 * @throws FacemarkError `output` when the disk refuses; the earlier checkpoint is still there
 */
export async function writeCheckpoint(path: string, checkpoint: LiveCheckpoint | Checkpoint): Promise<void> {
  const { history, state, ...rest } = checkpoint;
  const doubles = { training: [history.training], validation: [history.validation], numbers: [state.numbers] };
  const { weights, best = [], memory, start } = state;
  const arrays: Arrays = { ...doubles, weights, best, memory, start };
  const lengths = Object.fromEntries(ORDER.map((name) => [name, arrays[name].map(({ length }) => length)]));
  const known = { format: FORMAT, formatVersion: FORMAT_VERSION, facemark: version, ...rest };
  const header = { ...known, iterations: history.validation.length, arrays: lengths };
  await writeStreamSafely(path, sealed(portions(firstLine(header), arrays)));
}

/** The header with blanks behind it, which JSON allows: what follows begins at a multiple of 8 bytes. */
function firstLine(header: object): Buffer {
  const json = JSON.stringify(header);
  const blanks = 7 - (Buffer.byteLength(json) % 8);
  return Buffer.from(`${json}${' '.repeat(blanks)}\n`);
}

/** The portions, and the hash of them all. */
async function* sealed(parts: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part);
    yield part;
  }
  yield Buffer.from(hash.digest('hex'));
}

/** All before the hash. Each portion is good until the next is asked for: they lie in the same place. */
function* portions(line: Uint8Array, arrays: Arrays): Generator<Uint8Array> {
  yield line;
  for (const { buffer, byteOffset, byteLength } of DOUBLES.flatMap((name) => arrays[name]))
    yield new Uint8Array(buffer, byteOffset, byteLength);
  const portion = new Float32Array(PORTION / 4);
  for (const given of FLOATS.flatMap<Float32Array | LiveArray>((name) => arrays[name])) {
    const array = ArrayBuffer.isView(given) ? liveArray(given) : given;
    for (let from = 0; from < array.length; from += portion.length) {
      const filled = portion.subarray(0, array.length - from);
      array.read(from, filled);
      yield new Uint8Array(filled.buffer, 0, filled.byteLength);
    }
  }
}

/**
 * Reads a checkpoint.
 *
 * @returns undefined where there is no such file; else its arrays of float32 are the bytes of the file as they were read, no copies of them
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
  const next = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const [training, validation, numbers] = DOUBLES.map((name) => doublesIn(next(8 * (lengths[name][0] ?? 0))));
  const [weights, best, memory, start] = FLOATS.map((name) =>
    lengths[name].map((length) => floatsIn(next(4 * length))),
  );
  return {
    ...rest,
    history: { training, validation },
    state: { weights, best: best?.length ? best : undefined, memory, numbers, start },
  } as Checkpoint;
}

/** Copies: the history outlives the rest of the file, which would stay for it. */
function doublesIn(bytes: Buffer): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** The very bytes; copies, where an earlier facemark has not let them begin at a multiple of 4. */
function floatsIn(bytes: Buffer): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(buffer, byteOffset, byteLength / 4);
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
