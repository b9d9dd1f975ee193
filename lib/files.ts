/** Files that are either there whole or not at all: written under a temporary name, flushed, then renamed. */

import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { FacemarkError, messageOf } from './errors';

/**
 * Writes a file atomically, and its folder if need be: after a crash the old content or the new is there, never a part.
 *
 * @throws FacemarkError `output` when the disk refuses
 */
export async function writeFileSafely(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // write-file-atomic itself takes a write that a full disk cut short for a whole one, so the content is written for it.
    await writeFileAtomic(path, '', { tmpfileCreated: (temporary) => writeFile(temporary, content) });
  } catch (cause) {
    throw new FacemarkError('output', `${path} cannot be written: ${diskWords(cause)}.`, { cause });
  }
}

/**
 * Writes a stream as `writeFileSafely` writes a text, for what is too long to hold in memory.
 *
 * @throws FacemarkError `output` when the disk refuses or the stream breaks; a FacemarkError of the stream is thrown on
 */
export async function writeStreamSafely(path: string, stream: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(stream as unknown as Uint8Array); // it takes streams, its types do not say so
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (cause instanceof FacemarkError) throw cause;
    throw new FacemarkError('output', `${path} cannot be written: ${diskWords(cause)}.`, { cause });
  }
}

/** Whether two paths lead to the same file, through links too. */
export function sameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
}

/** What the disk says, in words and without the names of temporary files. */
function diskWords(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return (code !== undefined && DISK_WORDS[code]) || messageOf(cause);
}

const DISK_WORDS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOTDIR: 'a file stands in the place of a folder of its path',
  EEXIST: 'a file stands in the place of a folder of its path',
  ENOENT: 'its folder cannot be made there',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EFBIG: 'it would be longer than files may be there',
  EDQUOT: "this user's share of the disk is used up",
};

/** SHA-256 of bytes, in hexadecimal. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Path of a file of the build, also when what asks for it runs as TypeScript: lib/ and dist/ stand side by side. */
export function compiled(path: string): string {
  return join(__dirname, '..', 'dist', path);
}
