/**
 * Where the rows of a batch come from: out of the training part as they are, or augmented anew in every pass, a batch at a time.
 */

import { readNumbers } from '../../../backend/numbers';
import { type Tensor2D, tf } from '../../../backend/tf';
import { type AugmentSettings, augmentPicture, randomOf } from '../../../prepare/augment';
import type { Knowledge, Part } from '../../../prepare/prepare';
import { labelMask, scalePoints, unscalePoints } from '../../../prepare/scaling';

/** Tensors of one batch; the caller's. */
export type Batch = Pick<Part, 'x' | 'y' | 'mask'>;

/** Gives the batch of some rows in a pass. */
export type RowSource = (rows: Int32Array, pass: number) => Batch;

/** The rows as they are; all of them, in the order of the part, are the part itself. */
export function plainRows(part: Part): RowSource {
  const { x, y, mask } = part;
  return (rows) => {
    if (rows.length === part.rows.length) return part;
    const indices = tf.tensor1d(rows, 'int32');
    return { x: tf.gather(x, indices), y: tf.gather(y, indices), mask: mask && tf.gather(mask, indices) };
  };
}

/**
 * Augmented copies, which follow from the seed, the pass and the row of the source that a face came from.
 *
 * @param part [n, width·height] and [n, 2k], scaled; the coordinates are read once, the pictures as they are wanted
 */
export function augmentedRows(
  part: Part,
  { schema, width, height, scaling }: Knowledge,
  settings: AugmentSettings,
  seed: number,
): RowSource {
  const size = width * height;
  const k2 = schema.landmarks.length * 2;
  const mask = part.mask?.dataSync();
  const points = unscalePoints(scaling, part.y.dataSync() as Float32Array);
  if (mask) for (let i = 0; i < points.length; i++) if (mask[i] === 0) points[i] = Number.NaN;
  const { max, mean } = scaling.pixels;
  const kind = { schema, width, height, black: -mean, white: 255 / max - mean };
  return (rows, pass) => {
    const pictures = picturesOf(part, rows);
    const x = new Float32Array(rows.length * size);
    const moved = new Float32Array(rows.length * k2);
    for (const [i, row] of rows.entries()) {
      const own = moved.subarray(i * k2, (i + 1) * k2);
      own.set(points.subarray(row * k2, (row + 1) * k2));
      const picture = pictures.subarray(i * size, (i + 1) * size);
      const random = randomOf(seed, pass, part.sourceRows[row] as number);
      augmentPicture(picture, own, x.subarray(i * size, (i + 1) * size), kind, settings, random);
    }
    const matrix = (values: Float32Array, columns: number): Tensor2D => tf.tensor2d(values, [rows.length, columns]);
    return {
      x: matrix(x, size),
      y: matrix(scalePoints(scaling, moved), k2),
      mask: mask && matrix(labelMask(moved), k2),
    };
  };
}

/** Pixels of some rows, one after the other. */
function picturesOf({ x }: Part, rows: Int32Array): Float32Array {
  const indices = tf.tensor1d(rows, 'int32');
  const gathered = tf.gather(x, indices);
  const pictures = readNumbers(gathered); // not in a `tidy`, which looks for tensors in all that it is given back, number by number
  tf.dispose([indices, gathered]);
  return pictures;
}
