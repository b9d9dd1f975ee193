/**
 * A photo in, the named points of its faces out, in the photo's own pixels: read it, find the faces, cut each out at the network's size,
 * predict, map back. `image/` does the reading and the cutting; which network predicts is the caller's business.
 */

import { FacemarkError, kindOf, messageOf } from '../errors';
import type { NamedPoints } from '../landmarks/points';
import { type Box, type CroppedFace, cropFace } from './image/crop-face';
import type { GrayImage } from './image/gray';
import type { ImageLimits } from './image/limits';
import { type ImageInput, isRaw, nameOf } from './image/open-image';
import { readImage } from './image/read-image';

/** Finds faces: the upright photo in gray → their boxes, none where there is no face. */
export type Detector = (image: GrayImage) => readonly Box[] | Promise<readonly Box[]>;

export interface PredictImageOptions {
  /** Where the face is, in pixels of the upright photo; the whole photo by default. */
  readonly box?: Box;
  /** Finds the faces, in place of `box`. */
  readonly detector?: Detector;
  readonly limits?: Partial<ImageLimits>;
  readonly signal?: AbortSignal;
}

export interface PredictedFace {
  readonly box: Box;
  /** In pixels of the upright photo, the centre of its first pixel at (0, 0). */
  readonly landmarks: NamedPoints;
}

/** The faces of one photo. */
export interface ImagePrediction {
  /** Size of the upright photo in pixels. */
  readonly width: number;
  readonly height: number;
  readonly faces: readonly PredictedFace[];
}

/** What became of one of several photos. */
export type ImageResult =
  | { readonly image: ImageInput; readonly prediction: ImagePrediction; readonly error?: undefined }
  | { readonly image: ImageInput; readonly error: FacemarkError; readonly prediction?: undefined };

export interface ImagePredictor {
  /**
   * One photo → the landmarks of its faces.
   *
   * @throws FacemarkError `bad-file`, `bad-image`, `too-large` or `decoder` for a picture that cannot be read, `bad-option` for a box or
   *   options that make no sense, `detector` when that fails, `aborted` when the signal comes first
   */
  predictImage(image: ImageInput, options?: PredictImageOptions): Promise<ImagePrediction>;
  /**
   * Many photos → what became of each, in their order. Four are read at a time, and predicted together: the fourth is asked for before
   * the first is answered. A photo that cannot be used is answered with its error and ends nothing.
   *
   * @throws FacemarkError `bad-option` for options that make no sense, `aborted` when the signal comes
   */
  predictImages(
    images: Iterable<ImageInput> | AsyncIterable<ImageInput>,
    options?: PredictImageOptions,
  ): AsyncGenerator<ImageResult, void, undefined>;
}

/** A network, as far as photos need it. */
export interface FaceNetwork {
  /** Size of the faces it takes, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Gray values [n·height·width] → the landmarks of the n faces. */
  predictFaces(pixels: Uint8Array): Promise<NamedPoints[]>;
}

const BATCH = 4; // photos in hand at the same time: as many as Node decodes in parallel, each of up to 320 MB

/** Photos for a network. */
export function imagePredictor(network: FaceNetwork): ImagePredictor {
  async function predictImage(image: ImageInput, options: PredictImageOptions = {}): Promise<ImagePrediction> {
    checkOptions(options);
    const cut = await cutFaces(image, network, options);
    return (await predictCut(network, [cut]))[0] as ImagePrediction;
  }

  async function* predictImages(
    images: Iterable<ImageInput> | AsyncIterable<ImageInput>,
    options: PredictImageOptions = {},
  ): AsyncGenerator<ImageResult, void, undefined> {
    checkOptions(options);
    for await (const batch of batches(images)) {
      const cuts = await Promise.all(batch.map((image) => cutOrError(image, network, options)));
      const predictions = await predictCut(
        network,
        cuts.filter((cut) => !(cut instanceof FacemarkError)) as CutPhoto[],
      );
      for (const [i, cut] of cuts.entries()) {
        const image = batch[i] as ImageInput;
        if (cut instanceof FacemarkError) yield { image, error: cut };
        else yield { image, prediction: predictions.shift() as ImagePrediction };
      }
    }
  }

  return { predictImage, predictImages };
}

/** A photo of which only the faces are left. */
interface CutPhoto {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly { readonly box: Box; readonly crop: CroppedFace }[];
}

async function cutFaces(input: ImageInput, network: FaceNetwork, options: PredictImageOptions): Promise<CutPhoto> {
  const { detector, limits, signal } = options;
  throwIfAborted(signal);
  const image = await readImage(input, limits);
  throwIfAborted(signal);
  const { width, height } = image;
  const whole = { x: 0, y: 0, width, height };
  const name = isRaw(input) ? 'the raw image' : nameOf(input);
  const boxes = detector ? await detect(detector, image, name) : [options.box ?? whole];
  throwIfAborted(signal);
  return { width, height, faces: boxes.map((box) => ({ box, crop: cutOne(image, box, network, name) })) };
}

function cutOne(image: GrayImage, box: Box, network: FaceNetwork, name: string): CroppedFace {
  try {
    return cropFace(image, box, network.width, network.height);
  } catch (thrown) {
    if (!(thrown instanceof FacemarkError)) throw thrown;
    throw new FacemarkError(thrown.code, `${name}: ${thrown.message}`);
  }
}

/** The cut photo, or what is wrong with it; what ends the whole run is thrown. */
async function cutOrError(
  image: ImageInput,
  network: FaceNetwork,
  options: PredictImageOptions,
): Promise<CutPhoto | FacemarkError> {
  try {
    return await cutFaces(image, network, options);
  } catch (thrown) {
    if (thrown instanceof FacemarkError && thrown.code !== 'aborted' && thrown.code !== 'decoder') return thrown;
    throw thrown;
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

/** Predicts all faces of several photos in one go. */
async function predictCut(network: FaceNetwork, photos: readonly CutPhoto[]): Promise<ImagePrediction[]> {
  const size = network.width * network.height;
  const crops = photos.flatMap(({ faces }) => faces);
  const pixels = new Uint8Array(crops.length * size);
  for (const [i, { crop }] of crops.entries()) pixels.set(crop.pixels, i * size);
  const all = (crops.length === 0 ? [] : await network.predictFaces(pixels)).values();
  return photos.map(({ width, height, faces }) => ({
    width,
    height,
    faces: faces.map(({ box, crop }) => ({ box, landmarks: inPhoto(all.next().value as NamedPoints, crop) })),
  }));
}

function inPhoto(landmarks: NamedPoints, { toPhoto }: CroppedFace): NamedPoints {
  return Object.fromEntries(Object.entries(landmarks).map(([name, point]) => [name, toPhoto(point)]));
}

async function* batches<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function checkOptions({ box, detector }: PredictImageOptions): void {
  if (detector !== undefined && typeof detector !== 'function')
    throw new FacemarkError('bad-option', `the detector is ${kindOf(detector)}; expected a function: photo → boxes.`);
  if (box && detector)
    throw new FacemarkError(
      'bad-option',
      'there is a box and a detector; expected one of the two to say where faces are.',
    );
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FacemarkError('aborted', 'the prediction was stopped before it had a result.');
}
