/**
 * Bytes of a file or a stream, unpacked where they are gzipped, which is known by the bytes and not by the name. What cannot be
 * the text of a table is refused here by what it is.
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FacemarkError, kindOf, messageOf } from '../errors';

const CHUNK = 256 * 1024; // bytes read or unpacked at a time: long enough to be fast, short enough not to hold the event loop

/** What faces are read from: a path, or bytes in any portions. */
export type ReadFacesSource = string | AsyncIterable<Uint8Array | string>;

/** How far reading has come, in bytes of the file as it lies there. */
export interface BytesRead {
  readonly bytes: number;
  /** Undefined for a stream. */
  readonly totalBytes: number | undefined;
}

export interface Source {
  /** What to call it in a message. */
  readonly name: string;
  /** Text in UTF-8, in portions of any length, at least one byte in all. */
  readonly chunks: AsyncGenerator<Buffer>;
  readonly progress: () => BytesRead;
  /** Gives back what was opened; a stream of the caller's is ended too, as `for await` does it. */
  close(): void;
}

/**
 * Opens a source and looks at its first bytes.
 *
 * @throws FacemarkError `bad-file`: no such file, a folder, no permission, empty, or not text; while it is read: a gzip that is cut off
 *   or damaged; `aborted` when the signal comes
 */
export async function openSource(
  from: ReadFacesSource,
  name: string | undefined,
  signal?: AbortSignal,
): Promise<Source> {
  if (
    typeof from !== 'string' &&
    typeof (from as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator] !== 'function' &&
    typeof (from as Partial<Iterable<unknown>> | undefined)?.[Symbol.iterator] !== 'function'
  )
    throw new FacemarkError(
      'bad-option',
      `the source is ${kindOf(from)}; expected the path of a file, or a stream of bytes.`,
    );
  if (typeof from !== 'string' && ArrayBuffer.isView(from))
    throw new FacemarkError(
      'bad-option',
      `the source is ${kindOf(from)}; expected a path or a stream: Readable.from([bytes]).`,
    );
  const called = name ?? (typeof from === 'string' ? from : 'the stream');
  const totalBytes = typeof from === 'string' ? await sizeOf(from) : undefined;
  let bytes = 0;
  const input = typeof from === 'string' ? createReadStream(from, { highWaterMark: CHUNK }) : from;
  const close = (): void => void (input as Partial<Readable>).destroy?.();
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of input) {
      if (signal?.aborted) throw new FacemarkError('aborted', `reading ${called} was stopped.`);
      const buffer = typeof from === 'string' ? (chunk as Buffer) : copyOf(chunk, called);
      bytes += buffer.length;
      if (buffer.length > 0) yield buffer;
    }
  };
  try {
    const raw = await peek(counted());
    const text = isGzip(raw.head) ? await peek(gunzip(raw.chunks, called)) : raw;
    if (text.head.length === 0) throw bad(`${called} is empty; expected a CSV of faces with a header.`);
    refuseWhatIsNoText(text.head, called);
    return { name: called, chunks: text.chunks, progress: () => ({ bytes, totalBytes }), close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

async function sizeOf(path: string): Promise<number> {
  let found: Awaited<ReturnType<typeof stat>>;
  try {
    found = await stat(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw bad(`there is no file ${path}; check the path.`);
    throw bad(`${path} cannot be opened: ${messageOf(cause)}.`);
  }
  if (found.isDirectory()) throw bad(`${path} is a folder; expected a CSV file of faces.`);
  return found.size;
}

const HEAD = 512; // bytes that tell what a file is

/** The first bytes of a sequence, and the whole of it. */
async function peek(chunks: AsyncGenerator<Buffer>): Promise<{ head: Buffer; chunks: AsyncGenerator<Buffer> }> {
  const first: Buffer[] = [];
  let length = 0;
  while (length < HEAD) {
    const { value, done } = await nextOf(chunks);
    if (done) break;
    first.push(value);
    length += value.length;
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    yield* first;
    yield* chunks;
  };
  return { head: Buffer.concat(first).subarray(0, HEAD), chunks: all() };
}

/** The next chunk; an error of the disk becomes a sentence. */
async function nextOf(chunks: AsyncGenerator<Buffer>): Promise<IteratorResult<Buffer, undefined>> {
  try {
    return await chunks.next();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      throw bad(`${message.replace(/^.*'(.*)'.*$/, '$1')} may not be read by this user.`);
    throw cause;
  }
}

async function* gunzip(chunks: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  const unpacked = pipeline(
    Readable.from(chunks, { objectMode: false }),
    createGunzip({ chunkSize: CHUNK }),
    () => undefined,
  );
  try {
    yield* unpacked;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw bad(`${name} is a gzip that is cut off; copy or download it again.`);
    if (code?.startsWith('Z_'))
      throw bad(`${name} is a damaged gzip (${messageOf(cause)}); copy or download it again.`);
    throw cause;
  }
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Beginnings of files that people take for a CSV, and what to do with them. */
const STRANGERS: readonly (readonly [start: string, what: string])[] = [
  ['PK\x03\x04', 'a zip archive (or a spreadsheet in xlsx, which is one): unpack it first, or save the sheet as CSV'],
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['%PDF', 'a PDF document'],
  ['BZh', 'packed with bzip2: unpack it first'],
  ['\xfd7zXZ', 'packed with xz: unpack it first'],
  ['7z\xbc\xaf', 'a 7z archive: unpack it first'],
  ['\x28\xb5\x2f\xfd', 'packed with zstd: unpack it first'],
  ['\x93NUMPY', 'a NumPy array: write the faces as CSV'],
  ['\x89HDF', 'an HDF5 file: write the faces as CSV'],
  ['PAR1', 'a Parquet file: write the faces as CSV'],
  ['\xd0\xcf\x11\xe0', 'an old Excel file: save the sheet as CSV'],
  ['\xff\xfe\x00\x00', 'text in UTF-32: save it as UTF-8'],
  ['\xff\xfe', 'text in UTF-16: save it as UTF-8'],
  ['\xfe\xff', 'text in UTF-16: save it as UTF-8'],
  ['\x1f\x8b', 'packed with gzip twice: unpack it once'],
];
/** The same for text, in lower case and without a byte order mark or white space before it. */
const STRANGE_TEXTS: readonly (readonly [start: string, what: string])[] = [
  ['<!doctype', 'a web page, probably downloaded from a wrong address'],
  ['<html', 'a web page, probably downloaded from a wrong address'],
  ['<?xml', 'XML: write the faces as CSV'],
  ['{', 'JSON: write the faces as CSV'],
  ['[{', 'JSON: write the faces as CSV'],
  ['version https://git-lfs', 'a pointer of Git LFS: fetch the file itself with git lfs pull'],
];

function refuseWhatIsNoText(head: Buffer, name: string): void {
  const start = head.toString('latin1');
  const text = start
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  const stranger =
    STRANGERS.find(([bytes]) => start.startsWith(bytes)) ?? STRANGE_TEXTS.find(([bytes]) => text.startsWith(bytes));
  if (stranger) throw bad(`${name} is ${stranger[1]}; expected a CSV of faces, perhaps gzipped.`);
  const zero = head.indexOf(0);
  if (zero >= 0) throw bad(`${name} is no text (byte ${zero} is 0); expected a CSV of faces, perhaps gzipped.`);
}

/** The bytes of a caller's chunk, who may use its memory again. */
function copyOf(chunk: Uint8Array | string, name: string): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (ArrayBuffer.isView(chunk) && chunk.BYTES_PER_ELEMENT === 1)
    return Buffer.from(Buffer.from(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength));
  throw new FacemarkError(
    'bad-option',
    `${name} gave ${kindOf(chunk)}; expected chunks of bytes (Uint8Array) or text.`,
  );
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-file', message);
}
