/** Pixels or photos in, named points out: a trained model with all that it needs to answer in the pixels of the picture. */

import { useBackend } from '../backend/choose';
import { type LayersModel, tf } from '../backend/tf';
import { FacemarkError, kindOf } from '../errors';
import type { Faces } from '../landmarks/faces';
import type { NamedPoints } from '../landmarks/points';
import type { Schema } from '../landmarks/schema';
import { rowsPredicted } from '../model/rows-at-once';
import type { Knowledge } from '../prepare/prepare';
import { scalePixels, unscalePoints } from '../prepare/scaling';
import { type Forward, forwardOf } from './forward';
import { type ImagePredictor, imagePredictor } from './predict-image';

const BATCH = 64; // faces in one go at most: 2.4 MB of input at 96×96, which stay in cache

export interface Predictor extends Knowledge, ImagePredictor {
  readonly model: LayersModel;
  /**
   * One picture [height·width], gray 0–255 → its landmarks.
   *
   * Like its siblings it throws FacemarkError `mismatch` for pictures of another size and after `dispose()`, `backend` when no engine
   * starts.
   */
  predict(pixels: Uint8Array): Promise<NamedPoints>;
  /** Many faces → the landmarks of each. */
  predict(faces: Faces): Promise<NamedPoints[]>;
  /** Many faces, or their pixels [n, height·width] → [n, 2k] coordinates in pixels, x and y in turn, as in `Faces.points`. */
  predictPoints(faces: Faces | Uint8Array): Promise<Float32Array>;
  /** Frees the network; a second time it does nothing. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Makes a predictor of a trained model. It takes the model over: disposing it disposes the model.
 *
 * @param knowledge what `prepare` returned for the data that the model was trained on; `data.dispose()` does not harm it
 * @throws FacemarkError `mismatch` when the model does not take those pictures or give those landmarks
 */
export function createPredictor(model: LayersModel, knowledge: Knowledge): Predictor {
  return predictorThrough({ forward: forwardOf(model), ready: useBackend }, model, knowledge);
}

/** How a predictor's inputs go through its network. */
export interface Way {
  readonly forward: Forward;
  /** Sees to it before every prediction that an engine computes. */
  ready(): Promise<unknown>;
  /** Called when the network has been freed. */
  dispose?(): void;
}

/** As `createPredictor`, by a way of its own through the network. */
export function predictorThrough(way: Way, model: LayersModel, knowledge: Knowledge): Predictor {
  const { scaling, schema, meanFace, width, height } = knowledge;
  const size = width * height;
  const coordinates = schema.landmarks.length * 2;
  const [takes, gives] = [model.inputs[0]?.shape.at(-1), model.outputs[0]?.shape.at(-1)];
  if (takes !== size || gives !== coordinates)
    throw new FacemarkError(
      'mismatch',
      `the model takes ${takes} inputs and gives ${gives} outputs; expected ${size} (${width}×${height} pixels) and ${coordinates} (${schema.landmarks.length} landmarks).`,
    );

  const batch = rowsPredicted(model, BATCH);
  let isDisposed = false;

  async function outputs(pixels: Uint8Array): Promise<Float32Array> {
    await way.ready();
    if (isDisposed)
      throw new FacemarkError('mismatch', 'this predictor was disposed; make or load a new one, or dispose it later.');
    const all = new Float32Array((pixels.length / size) * coordinates);
    const inputs = new Float32Array(Math.min(pixels.length, batch * size)); // again and again: an engine has read it when it answers
    for (let from = 0; from < pixels.length; from += batch * size) {
      const some = pixels.subarray(from, from + batch * size);
      const scaled = scalePixels(scaling, some, inputs.subarray(0, some.length));
      const output = tf.tidy(() => way.forward(tf.tensor2d(scaled, [scaled.length / size, size])));
      try {
        all.set(await output.data<'float32'>(), (from / size) * coordinates);
      } finally {
        output.dispose();
      }
    }
    return unscalePoints(scaling, all);
  }

  async function predictPoints(faces: Faces | Uint8Array): Promise<Float32Array> {
    if (ArrayBuffer.isView(faces)) return predictPixels(faces);
    if (faces.width !== width || faces.height !== height)
      throw new FacemarkError(
        'mismatch',
        `these faces are ${faces.width}×${faces.height} pixels; the network was trained on ${width}×${height}. Resize them, or train on this size.`,
      );
    return outputs(faces.pixels);
  }

  async function predictPixels(pixels: Uint8Array): Promise<Float32Array> {
    if (pixels.BYTES_PER_ELEMENT === 1 && pixels.length % size === 0) return outputs(pixels);
    throw new FacemarkError(
      'mismatch',
      `predictPoints was given ${pixels.length} values in ${kindOf(pixels)}; expected a Uint8Array of ${size} (${width}×${height}) for each face.`,
    );
  }

  async function predict(input: Uint8Array): Promise<NamedPoints>;
  async function predict(input: Faces): Promise<NamedPoints[]>;
  async function predict(input: Uint8Array | Faces): Promise<NamedPoints | NamedPoints[]> {
    if (Object(input) === input && 'schema' in input) {
      return nameFaces(schema, await predictPoints(input));
    }
    if (!ArrayBuffer.isView(input) || (input as Uint8Array).BYTES_PER_ELEMENT !== 1)
      throw new FacemarkError(
        'mismatch',
        `predict was given ${kindOf(input)}; expected the gray values of one picture from 0 to 255 as a Uint8Array, or Faces.`,
      );
    if (input.length !== size)
      throw new FacemarkError(
        'mismatch',
        `the picture has ${input.length} pixels; expected ${size} (${width}×${height}), gray values from 0 to 255, row by row.`,
      );
    return namePoints(schema, await outputs(input), 0);
  }

  async function predictFaces(pixels: Uint8Array): Promise<NamedPoints[]> {
    return nameFaces(schema, await outputs(pixels));
  }

  const dispose = (): void => {
    if (isDisposed) return;
    isDisposed = true;
    model.dispose();
    way.dispose?.();
  };
  const photos = imagePredictor({ width, height, predictFaces });
  const methods = { predict, predictPoints, ...photos, dispose, [Symbol.dispose]: dispose };
  return { model, scaling, schema, meanFace, width, height, ...methods };
}

/** The landmarks of each row of coordinates [n, 2k], by name. */
export function nameFaces(schema: Schema, points: Float32Array): NamedPoints[] {
  const count = points.length / (2 * schema.landmarks.length);
  return Array.from({ length: count }, (_, row) => namePoints(schema, points, row));
}

/** The landmarks of one row of coordinates [n, 2k], by name. */
export function namePoints(schema: Schema, points: Float32Array, row: number): NamedPoints {
  const at = row * schema.landmarks.length * 2;
  return Object.fromEntries(
    schema.landmarks.map((name, j) => [name, { x: points[at + 2 * j] as number, y: points[at + 2 * j + 1] as number }]),
  );
}
