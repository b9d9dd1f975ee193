/**
 * A predictor that brings nothing along: no engine, no disk, no decoder. Whoever has a TensorFlow.js, in a browser for instance, hands it
 * in with the files of a bundle, and gets the points that `loadPredictor` gives. Nothing is imported here that a browser lacks.
 */

import type { io, tf as Tf } from '../backend/tf';
import type { NamedPoints } from '../landmarks/points';
import { type Scaling, scalePixels, unscalePoints } from '../prepare/scaling';
import { cropThrough } from './image/crop-face';
import type { GrayImage } from './image/gray';
import type { Box } from './image/resize';

/** What of a bundle it takes: `model.json` as the object in it, the weights, and of `facemark.json` these. */
export interface BareBundle {
  readonly model: io.ModelJSON;
  readonly weights: ArrayBuffer;
  readonly manifest: {
    readonly landmarks: readonly string[];
    readonly width: number;
    readonly height: number;
    readonly scaling: Scaling;
  };
}

/** The landmarks of the face in a box of an upright photo, in its pixels. */
export type BarePredictor = (photo: GrayImage, box: Box) => Promise<NamedPoints>;

/**
 * Loads the network into that TensorFlow.js, whose backend is ready. It stays there as long as the page.
 *
 * @returns a function that throws FacemarkError `bad-option` for a box without an area or outside of the photo
 */
export async function barePredictor(tf: typeof Tf, { model, weights, manifest }: BareBundle): Promise<BarePredictor> {
  const { landmarks, width, height, scaling } = manifest;
  const network = await tf.loadLayersModel({
    load: async () => ({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
      weightData: weights,
    }),
  });
  return async (photo, box) => {
    const { pixels, toPhoto } = cropThrough(photo, box, width, height);
    const scaled = scalePixels(scaling, pixels);
    const output = tf.tidy(() => network.predict(tf.tensor2d(scaled, [1, scaled.length])));
    if (Array.isArray(output)) throw new TypeError('the network has several outputs');
    const points = unscalePoints(scaling, await output.data<'float32'>());
    output.dispose();
    return Object.fromEntries(
      landmarks.map((name, j) => [name, toPhoto({ x: points[2 * j] as number, y: points[2 * j + 1] as number })]),
    );
  };
}
