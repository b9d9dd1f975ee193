/**
 * A photo in, the named points of its faces out, in the photo's own pixels: cut the faces out, predict, map back; one photo, or many, a
 * batch at a time. Which network predicts is the caller's business.
 */

import { FacemarkError, kindOf } from '../errors';
import type { NamedPoints } from '../landmarks/points';
import {
  type CutPhoto,
  checkOptions,
  cutFaces,
  cutSmall,
  type FaceSize,
  type PredictImageOptions,
  type SmallOptions,
} from './cut-faces';
import type { CroppedFace } from './image/crop-face';
import type { ImageInput } from './image/open-image';
import type { Box } from './image/resize';

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
export interface FaceNetwork extends FaceSize {
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
    if (typeof images === 'string' || ArrayBuffer.isView(images))
      throw new FacemarkError(
        'bad-option',
        `the images are ${typeof images === 'string' ? 'a text' : kindOf(images)}; expected a list of pictures: predictImage takes one.`,
      );
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

/**
 * One small plain picture → the landmarks of its face, as `predictImage`, decoded here and now; see `readSmall`.
 *
 * @returns undefined for a picture that is not small, plain and whole
 * @throws FacemarkError as `predictImage`
 */
export function predictSmall(
  network: FaceNetwork,
  bytes: Uint8Array,
  options: SmallOptions,
): Promise<ImagePrediction> | undefined {
  const cut = cutSmall(bytes, network, options);
  return cut && predictCut(network, [cut]).then(([prediction]) => prediction as ImagePrediction);
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
