/**
 * A picture of any kind → upright pixels, in colour (`decodeImage`) or gray (`readImage`).
 *
 * Plain JPEGs and small plain PNGs are decoded by facemark itself (`jpeg/`, `small-png.ts`), to sharp's values, all other files by sharp: turned
 * as their EXIF orientation says, a colour profile applied (CMYK without one by sharp's own), so that the values are those of sRGB; 16 bits
 * keep their upper eight, a palette becomes colours, of an animation or a file of pages the first counts. Other numbers, such as the fractions
 * of a scientist's TIFF, are refused: nothing in the file says which of them is white. Transparency is kept here and laid over white when a
 * picture becomes gray.
 */

import { FacemarkError } from '../../errors';
import { grayOf } from './by-vectors';
import { checkRaw, type GrayImage, type RawImage } from './gray';
import { plainHeader } from './jpeg/header';
import { jpegPart } from './jpeg/part';
import { IMAGE_KINDS, type ImageKind, imageKind, strangerKind } from './kinds';
import { checkPixels, type ImageLimits, limitsOf } from './limits';
import { bytesOf, type ImageInput, isRaw, nameOf } from './open-image';
import { PgmProblem, pgmHeader, pgmPixels } from './pgm';
import type { Box } from './resize';
import { inTurn, loadSharp } from './sharp';
import { smallPng } from './small-png';

const DECODE_SECONDS = 60; // a picture at the limit takes two or three; one made to be slow must end

/** A part of an upright picture, and where in it: the whole, or what a box needs. */
export interface GrayPart {
  /** Size of the whole picture. */
  readonly width: number;
  readonly height: number;
  /** Where the part's first pixel is. */
  readonly left: number;
  readonly top: number;
  readonly image: GrayImage;
}

/**
 * Reads a picture as gray values, upright.
 *
 * @param input its bytes must not change until the promise is settled
 * @throws FacemarkError `bad-file` for what cannot be opened, `bad-image` for what is no picture or a broken one, `too-large`,
 *   `decoder` without sharp, `bad-option` for other inputs and limits
 */
export async function readImage(input: ImageInput, limits?: Partial<ImageLimits>): Promise<GrayImage> {
  return grayOf((await decode(input, { isGray: true }, limits)).raw);
}

/**
 * Reads what a box of a picture needs. A file is decoded no further than the box reaches, so it may be damaged below.
 *
 * @param box in pixels of the upright picture; one that makes no sense gives the whole, for `cropFace` to refuse it
 * @throws FacemarkError as `readImage`
 */
export async function readPart(input: ImageInput, box: Box, limits?: Partial<ImageLimits>): Promise<GrayPart> {
  const { raw, ...where } = await decode(input, { box, isGray: true }, limits);
  return { ...where, image: grayOf(raw) };
}

/**
 * Reads a small plain picture here and now, by JavaScript, WebAssembly and Node's zlib alone, which no picture can crash.
 *
 * @param mostPixels of the picture
 * @returns undefined for anything else: larger, for sharp to decode, or broken
 */
export function readSmall(bytes: Uint8Array, mostPixels: number, limits?: Partial<ImageLimits>): GrayImage | undefined {
  const kind = imageKind(bytes);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const allowed = limitsOf(limits);
  const smallest = { ...allowed, maxMegapixels: Math.min(allowed.maxMegapixels, mostPixels / 1e6) };
  try {
    if (kind === 'PGM') return grayOf(decodePgm(file, nameOf(bytes), smallest));
    const small = kind && decodeHere(file, nameOf(bytes), kind, smallest, { isGray: true });
    return small && grayOf(small.raw);
  } catch (thrown) {
    if (thrown instanceof FacemarkError) return undefined; // it is too large or broken: `readImage` says so, or has it decoded
    throw thrown;
  }
}

/**
 * Reads a picture as it looks, upright, bytes of 1 to 4 channels; raw pixels come back as they are.
 *
 * @throws FacemarkError as `readImage`
 */
export async function decodeImage(input: ImageInput, limits?: Partial<ImageLimits>): Promise<RawImage> {
  return (await decode(input, {}, limits)).raw;
}

interface Decoded extends Omit<GrayPart, 'image'> {
  readonly raw: RawImage;
}

/** What is asked for: the part that a box needs, or the whole; gray values alone, where that is less work, or colours. */
interface Need {
  readonly box?: Box;
  readonly isGray?: boolean;
}

async function decode(input: ImageInput, need: Need, limits?: Partial<ImageLimits>): Promise<Decoded> {
  const allowed = limitsOf(limits);
  if (isRaw(input)) {
    checkRaw(input);
    checkPixels('the raw image', input.width, input.height, allowed);
    return whole(input);
  }
  const bytes = await bytesOf(input, allowed);
  const name = nameOf(input);
  const kind = imageKind(bytes);
  if (!kind) throw bad(`${name} ${strangeness(bytes)}; expected a picture: ${IMAGE_KINDS.join(', ')}.`);
  if (kind === 'PGM') return whole(decodePgm(bytes, name, allowed));
  return decodeHere(bytes, name, kind, allowed, need) ?? inTurn(() => decodeFile(bytes, name, kind, allowed, need.box));
}

function whole(raw: RawImage): Decoded {
  return { width: raw.width, height: raw.height, left: 0, top: 0, raw };
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

/** Files that need no pipeline of sharp's. */
function decodeHere(
  bytes: Buffer,
  name: string,
  kind: ImageKind,
  limits: ImageLimits,
  need: Need,
): Decoded | undefined {
  if (kind === 'JPEG') return decodeJpeg(bytes, name, limits, need);
  const raw = kind === 'PNG' ? smallPng(bytes, limits.maxMegapixels * 1e6) : undefined;
  return raw && whole(raw);
}

function decodeJpeg(bytes: Buffer, name: string, limits: ImageLimits, { box, isGray }: Need): Decoded | undefined {
  const header = plainHeader(bytes);
  if (!header) return undefined;
  const { width, height } = header.frame;
  checkPixels(name, width, height, limits);
  const part = box && partOf(box, { width, height });
  const raw = jpegPart(bytes, header, { part, isGray });
  if (!raw) return undefined;
  return part ? { ...part.of, left: part.left, top: part.top, raw } : whole(raw);
}

async function decodeFile(
  file: Buffer,
  name: string,
  kind: ImageKind,
  limits: ImageLimits,
  box: Box | undefined,
): Promise<Decoded> {
  const sharp = loadSharp();
  const bytes = kind === 'AVIF' ? asStill(file) : file;
  const limitInputPixels = Math.floor(limits.maxMegapixels * 1e6); // looked at before anything is decoded
  try {
    if (kind === 'TIFF') await checkDepth(bytes, name); // of the others none has such values
    const part = box && partOf(box, (kind === 'JPEG' && plainHeader(bytes)?.frame) || (await uprightSize(bytes)));
    const upright = sharp(bytes, { autoOrient: true, failOn: 'error', limitInputPixels });
    if (part) upright.extract(part);
    const { data, info } = await upright
      .timeout({ seconds: DECODE_SECONDS })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const raw = { data, width: info.width, height: info.height, channels: info.channels as RawImage['channels'] };
    return part ? { ...part.of, left: part.left, top: part.top, raw } : whole(raw);
  } catch (thrown) {
    if (thrown instanceof FacemarkError) throw thrown;
    const size = await uprightSize(bytes).catch(() => undefined);
    if (size) checkPixels(name, size.width, size.height, limits);
    const lines = (thrown as Error).message.split('\n').map((line) => line.trim());
    const reason = lines.findLast((line) => /[a-z]{2}/i.test(line)) ?? 'no reason given'; // some end in a number alone
    throw bad(`${name} is a cut off or damaged ${kind} (${reason}); save or copy it again.`, thrown);
  }
}

async function checkDepth(bytes: Buffer, name: string): Promise<void> {
  const { depth } = await loadSharp()(bytes, { limitInputPixels: false }).metadata();
  if (depth !== 'uchar' && depth !== 'ushort')
    throw bad(`${name} has values of the kind ${depth}; expected 8 or 16 bits without a sign: save it as PNG.`);
}

/** An AVIF that moves, as the still one that its first picture is: libvips knows no file by the main brand `avis`. */
function asStill(file: Buffer): Buffer {
  if (file.toString('latin1', 8, 12) !== 'avis') return file;
  const still = Buffer.from(file);
  still.write('avif', 8, 'latin1');
  return still;
}

async function uprightSize(bytes: Buffer): Promise<Size> {
  return (await loadSharp()(bytes, { limitInputPixels: false }).metadata()).autoOrient;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The pixels that a crop of the box can need, it and one more on each side; undefined for a box outside of the picture, or none at all. */
function partOf(box: Box, of: Size): (Size & { readonly left: number; readonly top: number; of: Size }) | undefined {
  const { width, height } = of;
  if (!(box.x < width && box.y < height && box.x + box.width > 0 && box.y + box.height > 0)) return undefined;
  const [left, right] = [Math.max(0, Math.floor(box.x) - 1), Math.min(width, Math.ceil(box.x + box.width) + 1)];
  const [top, bottom] = [Math.max(0, Math.floor(box.y) - 1), Math.min(height, Math.ceil(box.y + box.height) + 1)];
  if (!(right > left && bottom > top)) return undefined;
  return { left, top, width: right - left, height: bottom - top, of: { width, height } };
}

function bad(message: string, cause?: unknown): FacemarkError {
  return new FacemarkError('bad-image', message, { cause });
}
