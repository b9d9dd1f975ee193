/** A photo → the faces in it, each cut out at the network's size: read it, find the faces by a box or a detector, crop. */

import { FacemarkError, kindOf, messageOf } from '../errors';
import { cropFace } from './image/by-vectors';
import type { CroppedFace } from './image/crop-face';
import type { GrayImage } from './image/gray';
import { type ImageLimits, limitsOf } from './image/limits';
import { type ImageInput, isRaw, nameOf } from './image/open-image';
import { type GrayPart, readImage, readPart, readSmall } from './image/read-image';
import type { Box } from './image/resize';

/** Finds faces: the upright photo in gray → their boxes, none where there is no face. Several photos may be asked about at a time. */
export type Detector = (image: GrayImage) => readonly Box[] | Promise<readonly Box[]>;

export interface PredictImageOptions {
  /** Where the face is, in pixels of the upright photo; the whole photo by default. */
  readonly box?: Box;
  /** Finds the faces, in place of `box`. */
  readonly detector?: Detector;
  readonly limits?: Partial<ImageLimits>;
  readonly signal?: AbortSignal;
}

/** A photo of which only the faces are left. */
export interface CutPhoto {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly { readonly box: Box; readonly crop: CroppedFace }[];
}

/** Size of the faces that a network takes, in pixels. */
export interface FaceSize {
  readonly width: number;
  readonly height: number;
}

/** @throws FacemarkError `bad-option` for options that contradict each other, and limits that are none */
export function checkOptions({ box, detector, limits }: PredictImageOptions): void {
  limitsOf(limits);
  if (detector !== undefined && typeof detector !== 'function')
    throw new FacemarkError('bad-option', `the detector is ${kindOf(detector)}; expected a function: photo → boxes.`);
  if (box && detector)
    throw new FacemarkError(
      'bad-option',
      'there is a box and a detector; expected one of the two to say where faces are.',
    );
}

/**
 * Reads a photo and cuts its faces out.
 *
 * @throws FacemarkError as `predictImage`, but for what the network itself throws
 */
export async function cutFaces(input: ImageInput, size: FaceSize, options: PredictImageOptions): Promise<CutPhoto> {
  const { detector, limits, signal, box } = options;
  throwIfAborted(signal);
  const photo = await (box ? readPart(input, box, limits) : wholeOf(await readImage(input, limits)));
  throwIfAborted(signal);
  const name = isRaw(input) ? 'the raw image' : nameOf(input);
  const boxes = detector ? await detect(detector, photo.image, name) : [box ?? boxOf(photo)];
  throwIfAborted(signal);
  return cutAll(photo, boxes, size, name);
}

export interface SmallOptions extends Pick<PredictImageOptions, 'limits' | 'box'> {
  /** Of the picture. */
  readonly mostPixels: number;
}

/**
 * Reads a small plain picture and cuts its face out, here and now; see `readSmall`.
 *
 * @throws FacemarkError as `cutFaces`
 */
export function cutSmall(
  bytes: Uint8Array,
  size: FaceSize,
  { mostPixels, limits, box }: SmallOptions,
): CutPhoto | undefined {
  const image = readSmall(bytes, mostPixels, limits);
  return image && cutAll(wholeOf(image), [box ?? boxOf(image)], size, nameOf(bytes));
}

function wholeOf(image: GrayImage): GrayPart {
  return { width: image.width, height: image.height, left: 0, top: 0, image };
}

function boxOf({ width, height }: GrayPart | GrayImage): Box {
  return { x: 0, y: 0, width, height };
}

function cutAll({ width, height, ...part }: GrayPart, boxes: readonly Box[], size: FaceSize, name: string): CutPhoto {
  return { width, height, faces: boxes.map((box) => ({ box, crop: cutOne(part, box, size, name) })) };
}

function cutOne(part: Omit<GrayPart, 'width' | 'height'>, box: Box, size: FaceSize, name: string): CroppedFace {
  try {
    return cropFace(part.image, box, size.width, size.height, part);
  } catch (thrown) {
    if (!(thrown instanceof FacemarkError)) throw thrown;
    throw new FacemarkError(thrown.code, `${name}: ${thrown.message}`);
  }
}

async function detect(detector: Detector, image: GrayImage, name: string): Promise<readonly Box[]> {
  let boxes: unknown;
  try {
    boxes = await detector(image);
  } catch (cause) {
    throw new FacemarkError('detector', `the detector failed on ${name}: ${messageOf(cause)}.`, { cause });
  }
  if (!Array.isArray(boxes))
    throw new FacemarkError(
      'detector',
      `the detector returned ${kindOf(boxes)} for ${name}; expected an array of boxes { x, y, width, height }.`,
    );
  return boxes as Box[];
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FacemarkError('aborted', 'the prediction was stopped before it had a result.');
}
