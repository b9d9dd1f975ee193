/** How large a picture may be, so that none of them takes a machine down. */

import { FacemarkError } from '../../errors';
import { checkNumber, withDefaults } from '../../options';

export interface ImageLimits {
  /** Of a file, as it lies there. */
  readonly maxBytes: number;
  /** Width times height in millions, known from the header before anything is decoded. */
  readonly maxMegapixels: number;
}

export const IMAGE_LIMITS: ImageLimits = Object.freeze({
  maxBytes: 64 * 1024 * 1024, // four times the JPEG of a 50-megapixel phone
  maxMegapixels: 64, // as large as phones and cameras make them; about 320 MB while it is decoded, with alpha
});

/**
 * The limits with their defaults filled in.
 *
 * @throws FacemarkError `bad-option` for a limit that is no number above 0
 */
export function limitsOf(limits: Partial<ImageLimits> = {}): ImageLimits {
  const { maxBytes, maxMegapixels } = withDefaults(IMAGE_LIMITS, limits);
  checkNumber('maxBytes', maxBytes, { integer: true, atLeast: 1 });
  checkNumber('maxMegapixels', maxMegapixels, { above: 0, atMost: 1000 });
  return { maxBytes, maxMegapixels };
}

/** @throws FacemarkError `too-large` for a picture of more pixels than the limits allow */
export function checkPixels(name: string, width: number, height: number, { maxMegapixels }: ImageLimits): void {
  if (width * height <= maxMegapixels * 1e6) return;
  throw new FacemarkError(
    'too-large',
    `${name} has ${width}×${height} pixels; expected at most ${maxMegapixels} megapixels (limits.maxMegapixels, --max-megapixels).`,
  );
}

/** The error for a file of more bytes than the limits allow. */
export function tooManyBytes(name: string, bytes: number, { maxBytes }: ImageLimits): FacemarkError {
  return new FacemarkError(
    'too-large',
    `${name} has ${bytes} bytes; expected at most ${maxBytes} (limits.maxBytes, --max-bytes).`,
  );
}
