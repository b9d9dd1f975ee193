/** A picture as it can be sent to a worker. */

import { fileURLToPath } from 'node:url';
import { FacemarkError } from '../errors';
import type { ImageInput } from '../predict/image/open-image';

/**
 * File addresses become paths, and a part of a larger memory becomes memory of its own, since a copy for a thread is one of all of it.
 *
 * @param request what is asked for beside the picture
 * @throws FacemarkError `bad-option` for a detector, which no worker can call, and for an address that is no file's
 */
export function sendable(image: ImageInput, request: object): Exclude<ImageInput, URL> {
  if ('detector' in request && request.detector !== undefined)
    throw new FacemarkError(
      'bad-option',
      'a pool takes no detector, which could not be called in a worker; find the faces first and ask for each with its box.',
    );
  if (isUrl(image)) {
    if (image.protocol === 'file:') return fileURLToPath(image.href);
    throw new FacemarkError(
      'bad-option',
      `${image.href} is no file address; expected file:///…, or the bytes: fetch them first.`,
    );
  }
  if (typeof image === 'string' || !ArrayBuffer.isView(image)) return image;
  return image.byteLength === image.buffer.byteLength ? image : new Uint8Array(image);
}

/** Of any realm. */
function isUrl(image: ImageInput): image is URL {
  return Object.prototype.toString.call(image) === '[object URL]';
}
