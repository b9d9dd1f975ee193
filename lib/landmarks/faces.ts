/**
 * `Faces`: small grayscale pictures and the landmarks on them, as typed arrays. Nothing to dispose.
 *
 * Coordinates count pixels from the top left; the centre of the first pixel is (0, 0), so the picture's edges lie at −0.5 and
 * width − 0.5, and mirroring is x → width − 1 − x.
 */

import { FacemarkError } from '../errors';
import { sha256 } from '../files';
import type { Schema } from './schema';

export interface Faces {
  readonly schema: Schema;
  /** Number of faces, n. */
  readonly count: number;
  /** Width and height of every picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** [n, height, width] gray values, 0 black to 255 white. */
  readonly pixels: Uint8Array;
  /** [n, 2k] coordinates in pixels, x and y in turn; NaN where a landmark is not labelled. */
  readonly points: Float32Array;
  /** [n] the row of its source that each face came from, counted from 0 without the header. */
  readonly sourceRows: Int32Array;
  /** [n] how people name each face: its `ImageId` where the source has one, else its row in the source. */
  readonly ids: readonly string[];
  /** What happened while the faces were read or made. */
  readonly report: ReadReport;
}

export interface ReadReport {
  /** Where the faces come from: a path, or words. */
  readonly source: string;
  /** Rows that the source has. */
  readonly rows: number;
  /** Rows left out because they miss some landmarks. */
  readonly incompleteDropped: number;
  /** Rows that are here although they miss some landmarks. */
  readonly incompleteKept: number;
  /** [k] how many of the faces here have each landmark labelled. */
  readonly labelled: readonly number[];
  /** Labelled landmarks that lie outside their picture. */
  readonly outside: number;
  /** What a person should know, each one a sentence. */
  readonly notes: readonly string[];
}

/**
 * The faces at the given indices, in that order, as a new `Faces`.
 *
 * @throws FacemarkError `bad-option` when an index is none of `faces`
 */
export function selectFaces(faces: Faces, indices: ArrayLike<number>): Faces {
  const size = faces.width * faces.height;
  const k2 = faces.schema.landmarks.length * 2;
  const pixels = new Uint8Array(indices.length * size);
  const points = new Float32Array(indices.length * k2);
  const sourceRows = new Int32Array(indices.length);
  const ids: string[] = [];
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number;
    if (!(Number.isInteger(from) && from >= 0 && from < faces.count))
      throw new FacemarkError('bad-option', `row ${from} is none of these faces; expected 0 to ${faces.count - 1}.`);
    pixels.set(faces.pixels.subarray(from * size, (from + 1) * size), i * size);
    points.set(faces.points.subarray(from * k2, (from + 1) * k2), i * k2);
    sourceRows[i] = faces.sourceRows[from] as number;
    ids.push(faces.ids[from] as string);
  }
  const report = { ...faces.report, ...countLabels(points, faces.schema, faces.width, faces.height) };
  return { ...faces, count: indices.length, pixels, points, sourceRows, ids, report };
}

/** SHA-256 of pixels and coordinates: the same faces, the same hash. */
export function facesSha256({ pixels, points }: Faces): string {
  return sha256(pixels, new Uint8Array(points.buffer, points.byteOffset, points.byteLength));
}

/** Counts the labels of [n, 2k] points: per landmark, outside the picture, and the rows that miss some. */
export function countLabels(
  points: Float32Array,
  schema: Schema,
  width: number,
  height: number,
): Pick<ReadReport, 'labelled' | 'outside' | 'incompleteKept'> {
  const k = schema.landmarks.length;
  const labelled = new Array<number>(k).fill(0);
  let outside = 0;
  let incompleteKept = 0;
  for (let row = 0; row < points.length; row += 2 * k) {
    let missing = false;
    for (let j = 0; j < k; j++) {
      const x = points[row + 2 * j] as number;
      const y = points[row + 2 * j + 1] as number;
      if (Number.isNaN(x) || Number.isNaN(y)) {
        missing = true;
        continue;
      }
      labelled[j] = (labelled[j] as number) + 1;
      if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) outside++;
    }
    if (missing) incompleteKept++;
  }
  return { labelled, outside, incompleteKept };
}

/**
 * [k] how many of the faces at the given indices have each landmark labelled.
 *
 * @param rows indices of `faces`
 */
export function labelCounts({ schema, points, width, height }: Faces, rows: ArrayLike<number>): readonly number[] {
  const coordinates = 2 * schema.landmarks.length;
  const chosen = new Float32Array(rows.length * coordinates);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * coordinates;
    chosen.set(points.subarray(from, from + coordinates), i * coordinates);
  }
  return countLabels(chosen, schema, width, height).labelled;
}

/** Exchanges left and right in coordinates [2k], in place; done twice it changes nothing. */
export function swapSides(points: Float32Array, { mirrorPairs }: Schema): void {
  for (const [left, right] of mirrorPairs)
    for (const axis of [0, 1]) {
      const held = points[2 * left + axis] as number;
      points[2 * left + axis] = points[2 * right + axis] as number;
      points[2 * right + axis] = held;
    }
}
