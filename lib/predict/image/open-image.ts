/** A picture as people hand it over → its bytes and what to call it in a message. Nothing is decoded here. */

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FacemarkError, kindOf, messageOf } from '../../errors';
import type { RawImage } from './gray';
import { type ImageLimits, tooManyBytes } from './limits';

/**
 * A picture: the path or file address of one, its bytes (JPEG, PNG, WebP, GIF, TIFF, AVIF or PGM, known by the bytes and not by a
 * name; a Buffer is such bytes), or raw pixels.
 */
export type ImageInput = string | URL | Uint8Array | RawImage;

/** What a picture is called in messages. */
export function nameOf(input: ImageInput): string {
  if (typeof input === 'string') return input;
  return isUrl(input) && input.protocol === 'file:' ? fileURLToPath(input.href) : 'the picture';
}

/** Whether an input is raw pixels, which need no decoding. */
export function isRaw(input: ImageInput): input is RawImage {
  return Object(input) === input && 'data' in (input as object);
}

/**
 * The bytes of a picture.
 *
 * @throws FacemarkError `bad-file` for what cannot be opened, `too-large`, `bad-option` for what is no picture's kind of input
 */
export async function bytesOf(input: Exclude<ImageInput, RawImage>, limits: ImageLimits): Promise<Buffer> {
  if (ArrayBuffer.isView(input) && input.BYTES_PER_ELEMENT === 1) {
    if (input.byteLength > limits.maxBytes) throw tooManyBytes(nameOf(input), input.byteLength, limits);
    return Buffer.from(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength); // of this realm, for sharp
  }
  if (typeof input === 'string') return readPath(input, limits);
  if (!isUrl(input))
    throw new FacemarkError(
      'bad-option',
      `the picture is ${kindOf(input)}; expected a path, the bytes of a file (Uint8Array), or raw pixels { data, width, height, channels }.`,
    );
  const { protocol, href } = input;
  if (protocol !== 'file:' || input.host !== '')
    throw new FacemarkError(
      'bad-option',
      `${href} is no file address; expected file:///…, or the bytes: fetch them first.`,
    );
  return readPath(fileURLToPath(href), limits);
}

/** Of any realm: Jest's URL is not Node's. */
function isUrl(input: unknown): input is URL {
  return Object.prototype.toString.call(input) === '[object URL]';
}

async function readPath(path: string, limits: ImageLimits): Promise<Buffer> {
  const file = await open(path, WITHOUT_WAITING).catch((cause: NodeJS.ErrnoException) => {
    throw bad(CANNOT_OPEN[cause.code ?? '']?.(path) ?? `${path} cannot be opened: ${messageOf(cause)}.`);
  });
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw bad(`${path} is a folder; expected a picture.`);
    if (!found.isFile()) throw bad(`${path} is no file but a device or a pipe; expected a picture.`);
    if (found.size > limits.maxBytes) throw tooManyBytes(path, found.size, limits);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0); // a pipe that nobody writes to would never open

const CANNOT_OPEN: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `there is no file ${path}; check the path.`,
  EISDIR: (path) => `${path} is a folder; expected a picture.`,
  EACCES: (path) => `${path} may not be read by this user.`,
  EPERM: (path) => `${path} may not be read by this user.`,
};

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-file', message);
}
