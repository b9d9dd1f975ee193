/**
 * The tutorial's scaling and its inverse, on typed arrays.
 *
 *     x_s = x / max(x) − mean(x / max(x))        and the same for the coordinates
 *
 * `max` is the largest value in the training rows (not 255, not 96) and `mean` one number over all of them: one pair for the
 * pixels, one for the coordinates, x and y together, labelled entries only. Nothing is divided by σ: dividing by the maximum
 * brings the spread near 1. With `centre: 'perCoordinate'` every coordinate has a mean of its own, so that a network whose
 * output is 0 puts out the mean face.
 */

import { FacemarkError } from '../errors';
import type { Faces } from '../landmarks/faces';
import { coordinateNames } from '../landmarks/schema';

export const CENTRES = ['global', 'perCoordinate'] as const;
export type Centre = (typeof CENTRES)[number];

/** The constants of a scaling: plain data that travels with the model, so that predictions come back in pixels. */
export interface Scaling {
  readonly centre: Centre;
  /** Gray values: x_s = x / max − mean. */
  readonly pixels: { readonly max: number; readonly mean: number };
  /** Coordinates: y_s = y / max − mean; `mean` has 2k entries, all the same with `centre: 'global'`. */
  readonly points: { readonly max: number; readonly mean: readonly number[] };
}

/**
 * Measures the scaling on the given rows of `faces`, which are the training rows and no others.
 *
 * @throws FacemarkError `mismatch` when the rows hold no label, or only black pictures
 */
export function fitScaling(faces: Faces, rows: Int32Array, centre: Centre): Scaling {
  const pixels = meanAndMax(rows, faces.width * faces.height, faces.pixels);
  if (pixels.max <= 0)
    throw new FacemarkError('mismatch', 'every picture of the training rows is black; expected faces.');
  const coordinates = faces.schema.landmarks.length * 2;
  const points = meanAndMax(rows, coordinates, faces.points);
  if (!(points.max > 0))
    throw new FacemarkError(
      'mismatch',
      points.max === -Infinity
        ? `none of the ${rows.length} training rows has a label; expected faces with landmarks.`
        : `the largest coordinate of the training rows is ${points.max}; expected pixels from the top left, most of them above 0.`,
    );
  const global = points.mean / points.max;
  const mean =
    centre === 'global' ? new Array<number>(coordinates).fill(global) : perCoordinate(faces, rows, points.max, global);
  return { centre, pixels: { max: pixels.max, mean: pixels.mean / pixels.max }, points: { max: points.max, mean } };
}

/**
 * Gray values [n, height·width] → inputs of a network, float32, into `scaled`, or into new memory, which takes longer to get than to fill. Four at a
 * time take V8 0.6 of what they take one by one.
 */
export function scalePixels(
  { pixels: { max, mean } }: Scaling,
  pixels: Uint8Array,
  scaled: Float32Array = new Float32Array(pixels.length),
): Float32Array {
  const table = new Float32Array(256);
  for (let gray = 0; gray < table.length; gray++) table[gray] = gray / max - mean;
  const fours = pixels.length - (pixels.length % 4);
  for (let i = 0; i < fours; i += 4) {
    scaled[i] = table[pixels[i] as number] as number;
    scaled[i + 1] = table[pixels[i + 1] as number] as number;
    scaled[i + 2] = table[pixels[i + 2] as number] as number;
    scaled[i + 3] = table[pixels[i + 3] as number] as number;
  }
  for (let i = fours; i < pixels.length; i++) scaled[i] = table[pixels[i] as number] as number;
  return scaled;
}

/** Coordinates [n, 2k] in pixels → targets of a network, float32, and 0 where a coordinate is not labelled. */
export function scalePoints({ points: { max, mean } }: Scaling, points: Float32Array): Float32Array {
  return points.map((point, i) => (Number.isNaN(point) ? 0 : point / max - (mean[i % mean.length] as number)));
}

/** Coordinates [n, 2k] → 1 where one is labelled, 0 where not. */
export function labelMask(points: Float32Array): Float32Array {
  return points.map((point) => (Number.isNaN(point) ? 0 : 1));
}

/** Outputs of a network [n, 2k] → coordinates in pixels, the inverse of `scalePoints`. */
export function unscalePoints({ points: { max, mean } }: Scaling, outputs: Float32Array): Float32Array {
  return outputs.map((output, i) => (output + (mean[i % mean.length] as number)) * max);
}

/** The mean face of the given rows, [2k] in pixels: the dumb baseline. NaN for a landmark that no row has labelled. */
export function meanFaceOf(faces: Faces, rows: Int32Array): Float32Array {
  return Float32Array.from(coordinateNames(faces.schema), (_, j) => meanOfCoordinate(faces, rows, j));
}

/** Mean and maximum over the given rows of a [n, width] array, in float64; NaN entries count for neither. */
function meanAndMax(rows: Int32Array, width: number, values: Uint8Array | Float32Array): { mean: number; max: number } {
  let sum = 0;
  let count = 0;
  let max = -Infinity;
  for (const row of rows)
    for (let i = row * width; i < (row + 1) * width; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
      if (value > max) max = value;
    }
  return { mean: sum / count, max };
}

function perCoordinate(faces: Faces, rows: Int32Array, max: number, fallback: number): number[] {
  return Array.from(coordinateNames(faces.schema), (_, j) => {
    const mean = meanOfCoordinate(faces, rows, j) / max;
    return Number.isNaN(mean) ? fallback : mean;
  });
}

function meanOfCoordinate(faces: Faces, rows: Int32Array, j: number): number {
  const coordinates = faces.schema.landmarks.length * 2;
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const value = faces.points[row * coordinates + j] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
