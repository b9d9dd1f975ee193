/**
 * What was asked for on a command line → photos: files, folders with their subfolders, patterns such as `faces/*.jpg`, and `-` for
 * standard input. A photo is known by its bytes; a file in a folder also by its ending, so that a broken one is told and not passed over.
 */

import { open, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { FacemarkError } from '../errors';
import { HEAD, IMAGE_KINDS, imageKind } from '../predict/image/kinds';
import { type ImageLimits, tooManyBytes } from '../predict/image/limits';
import type { ImageInput } from '../predict/image/open-image';

/** A photo and what to call it. */
export interface Photo {
  readonly name: string;
  readonly image: ImageInput;
}

export const STANDARD_INPUT = '-';
const ENDINGS = /\.(jpe?g|jfif|png|webp|gif|tiff?|avif|pgm)$/i;

/**
 * Whether these are photos, and not the one file of a table of faces.
 *
 * @param given what was asked for; one thing that is no picture, no folder and no pattern is a table
 */
export async function arePhotos(given: readonly string[]): Promise<boolean> {
  const [only, ...more] = given;
  if (only === undefined || more.length > 0 || only === STANDARD_INPUT) return true;
  const found = await stat(only).catch(() => undefined);
  if (found?.isDirectory()) return true;
  return found ? isPhoto(only) : ENDINGS.test(only) || isPattern(only);
}

/**
 * Finds the photos.
 *
 * @param drawings a folder that is left out where it lies in a folder of photos: the drawings of the last run
 * @returns in the order asked for, those of a folder or pattern by name
 * @throws FacemarkError `bad-file` for a folder or pattern without photos, `output` where the drawings would lie among them, `too-large`
 *   for standard input beyond the limits
 */
export async function findPhotos(given: readonly string[], limits: ImageLimits, drawings?: string): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const one of given) {
    if (one === STANDARD_INPUT) photos.push({ name: 'standard input', image: await standardInput(limits) });
    else photos.push(...(await pathsOf(one, drawings)).map((path) => ({ name: path, image: path })));
  }
  return photos;
}

async function pathsOf(given: string, drawings: string | undefined): Promise<string[]> {
  const found = await stat(given).catch(() => undefined);
  if (found?.isDirectory()) return photosIn(given, drawings);
  if (found || !isPattern(given)) return [given];
  const paths = await glob(given);
  if (paths.length === 0) throw bad(`no file is like ${given}; check the pattern.`);
  return paths;
}

async function photosIn(folder: string, drawings: string | undefined): Promise<string[]> {
  if (drawings !== undefined && resolve(drawings) === resolve(folder))
    throw new FacemarkError(
      'output',
      `the drawings would lie among the photos of ${folder}, and be photos the next time; choose another folder, such as ${join(folder, 'drawn')}.`,
    );
  const within = drawings !== undefined && isInside(drawings, folder) ? drawings : undefined;
  const paths: string[] = [];
  for (const name of await glob('**/*', folder)) {
    const path = join(folder, name);
    if (!(within !== undefined && isInside(path, within)) && (await isPhoto(path))) paths.push(path);
  }
  if (paths.length === 0) throw bad(`${folder} has no photo in it; expected some: ${IMAGE_KINDS.join(', ')}.`);
  return paths;
}

function isInside(path: string, folder: string): boolean {
  return resolve(path).startsWith(resolve(folder) + sep);
}

/** By its ending or by its bytes. */
async function isPhoto(path: string): Promise<boolean> {
  if (ENDINGS.test(path)) return true;
  if (!(await stat(path).catch(() => undefined))?.isFile()) return false; // what is read of a pipe is gone
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD);
    return imageKind(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await file.close();
  }
}

function isPattern(text: string): boolean {
  return tinyglobby().isDynamicPattern(text);
}

/** Files by a pattern, photo2 before photo10; hidden ones only when the pattern says so. */
async function glob(pattern: string, cwd?: string): Promise<string[]> {
  const paths = await tinyglobby().glob(pattern, { cwd, expandDirectories: false });
  const order = new Intl.Collator('en', { numeric: true });
  return paths.sort((a, b) => order.compare(a, b));
}

async function standardInput(limits: ImageLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.maxBytes) throw tooManyBytes('standard input', bytes, limits);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Loaded when it is needed: facemark is imported by hosts that never look for files. */
function tinyglobby(): typeof import('tinyglobby') {
  return require('tinyglobby') as typeof import('tinyglobby');
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-file', message);
}
