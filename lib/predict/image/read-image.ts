/**
 * A picture of any kind → upright pixels, in colour (`decodeImage`) or gray (`readImage`).
 *
 * Files are decoded by sharp: turned as their EXIF orientation says, a colour profile applied (CMYK without one by sharp's own), so that
 * the values are those of sRGB; 16 bits keep their upper eight, a palette becomes colours, of an animation or a file of pages the first
 * counts. Other numbers, such as the fractions of a scientist's TIFF, are refused: nothing in the file says which of them is white.
 * Transparency is kept here and laid over white when a picture becomes gray.
 */

import { FacemarkError, messageOf } from '../../errors';
import { checkRaw, type GrayImage, grayOf, type RawImage } from './gray';
import { IMAGE_KINDS, type ImageKind, imageKind, strangerKind } from './kinds';
import { checkPixels, type ImageLimits, limitsOf } from './limits';
import { bytesOf, type ImageInput, isRaw, nameOf } from './open-image';
import { PgmProblem, pgmHeader, pgmPixels } from './pgm';
import { loadSharp } from './sharp';

const DECODE_SECONDS = 60; // a picture at the limit takes two or three; one made to be slow must end

/**
 * Reads a picture as gray values, upright.
 *
 * @param input its bytes must not change until the promise is settled
 * @throws FacemarkError `bad-file` for what cannot be opened, `bad-image` for what is no picture or a broken one, `too-large`,
 *   `decoder` without sharp, `bad-option` for other inputs and limits
 */
export async function readImage(input: ImageInput, limits?: Partial<ImageLimits>): Promise<GrayImage> {
  return grayOf(await decodeImage(input, limits));
}

/**
 * Reads a picture as it looks, upright, bytes of 1 to 4 channels; raw pixels come back as they are.
 *
 * @throws FacemarkError as `readImage`
 */
export async function decodeImage(input: ImageInput, limits?: Partial<ImageLimits>): Promise<RawImage> {
  const allowed = limitsOf(limits);
  if (isRaw(input)) {
    checkRaw(input);
    checkPixels('the raw image', input.width, input.height, allowed);
    return input;
  }
  const bytes = await bytesOf(input, allowed);
  const name = nameOf(input);
  const kind = imageKind(bytes);
  if (!kind) throw bad(`${name} ${strangeness(bytes)}; expected a picture: ${IMAGE_KINDS.join(', ')}.`);
  return kind === 'PGM' ? decodePgm(bytes, name, allowed) : decodeFile(bytes, name, kind, allowed);
}

function strangeness(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'is empty';
  const stranger = strangerKind(bytes);
  return stranger ? `is ${stranger}` : 'is no picture that facemark knows';
}

function decodePgm(bytes: Uint8Array, name: string, limits: ImageLimits): RawImage {
  try {
    const header = pgmHeader(bytes);
    checkPixels(name, header.width, header.height, limits);
    const { width, height, pixels } = pgmPixels(bytes, header);
    return { data: pixels, width, height, channels: 1 };
  } catch (thrown) {
    if (thrown instanceof PgmProblem)
      throw bad(`${name} ${thrown.message}; expected a whole PGM: save or copy it again.`);
    throw thrown;
  }
}

async function decodeFile(file: Buffer, name: string, kind: ImageKind, limits: ImageLimits): Promise<RawImage> {
  const sharp = loadSharp();
  const bytes = kind === 'AVIF' ? asStill(file) : file;
  try {
    const { width, height, depth } = await sharp(bytes, { limitInputPixels: false }).metadata();
    checkPixels(name, width, height, limits);
    if (depth !== 'uchar' && depth !== 'ushort')
      throw bad(`${name} has values of the kind ${depth}; expected 8 or 16 bits without a sign: save it as PNG.`);
    const limitInputPixels = Math.ceil(limits.maxMegapixels * 1e6); // for a file whose parts contradict each other
    const { data, info } = await sharp(bytes, { autoOrient: true, failOn: 'error', limitInputPixels })
      .timeout({ seconds: DECODE_SECONDS })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels as RawImage['channels'] };
  } catch (thrown) {
    if (thrown instanceof FacemarkError) throw thrown;
    const lines = messageOf(thrown)
      .split('\n')
      .map((line) => line.trim());
    const reason = lines.findLast((line) => /[a-z]{2}/i.test(line)) ?? 'no reason given'; // some end in a number alone
    throw bad(`${name} is a cut off or damaged ${kind} (${reason}); save or copy it again.`, thrown);
  }
}

/** An AVIF that moves, as the still one that its first picture is: libvips knows no file by the main brand `avis`. */
function asStill(file: Buffer): Buffer {
  if (file.toString('latin1', 8, 12) !== 'avis') return file;
  const still = Buffer.from(file);
  still.write('avif', 8, 'latin1');
  return still;
}

function bad(message: string, cause?: unknown): FacemarkError {
  return new FacemarkError('bad-image', message, { cause });
}
