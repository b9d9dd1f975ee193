/**
 * Faces in, tensors out: split, scaled as the tutorial does it. Here tensors are born.
 *
 * Everything that is measured is measured on the training rows alone, so the validation rows change nothing.
 */

import { readyForTensors } from '../backend/choose';
import { type Tensor2D, tf } from '../backend/tf';
import { FacemarkError } from '../errors';
import { type Faces, facesSha256, selectFaces } from '../landmarks/faces';
import type { Schema } from '../landmarks/schema';
import { checkNumber, checkOneOf, withDefaults } from '../options';
import { checkSeed } from '../random';
import {
  CENTRES,
  type Centre,
  fitScaling,
  labelMask,
  meanFaceOf,
  type Scaling,
  scalePixels,
  scalePoints,
} from './scaling';
import { splitRows } from './split';

export interface PrepareOptions {
  /** Share of the faces that validate; the tutorial's 0.3. */
  readonly validationFraction?: number;
  /** Seed of the split. */
  readonly seed?: number;
  /** `'global'`, the tutorial's single mean, or `'perCoordinate'`, which starts the network at the mean face. */
  readonly centre?: Centre;
  /** [n] who is on each face, so that no person stands on both sides of the split. */
  readonly groups?: ArrayLike<string | number>;
}

export const PREPARE_DEFAULTS = Object.freeze({ validationFraction: 0.3, seed: 1, centre: 'global' as Centre });

/** One side of the split, as tensors. */
export interface Part {
  /** [n, width·height] scaled gray values. */
  readonly x: Tensor2D;
  /** [n, 2k] scaled coordinates, 0 where not labelled. */
  readonly y: Tensor2D;
  /** [n, 2k] 1 where a coordinate is labelled, 0 where not; undefined when all are. */
  readonly mask: Tensor2D | undefined;
  /** [n] which faces these are. */
  readonly rows: Int32Array;
  /** [n] the rows of their source: what stays the same whichever rows were left out while reading. */
  readonly sourceRows: Int32Array;
}

/** What has to be known besides a network to read its answers: it travels with the model. */
export interface Knowledge {
  readonly schema: Schema;
  /** Size of the pictures in pixels. */
  readonly width: number;
  readonly height: number;
  readonly scaling: Scaling;
  /** [2k] pixels: the mean of the training rows, the baseline of every score. NaN where none had a label. */
  readonly meanFace: Float32Array;
}

/** What `train` needs; its tensors belong to the caller, who disposes them with one `dispose()`. */
export interface Prepared extends Knowledge {
  readonly train: Part;
  readonly validation: Part;
  /** What a network for these faces must take and give: width·height inputs, 2k outputs. */
  readonly inputs: number;
  readonly outputs: number;
  /** The options it was made with. */
  readonly options: ReturnType<typeof checkPrepareOptions>;
  /** SHA-256 of the faces it was made of. */
  readonly facesSha256: string;
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Splits and scales faces for training.
 *
 * @returns tensors `train.x [n, width·height]`, `train.y [n, 2k]`, and the same for `validation`
 * @throws FacemarkError `bad-option` for an option out of range, `mismatch` when the faces cannot be trained on
 */
export function prepare(faces: Faces, options: PrepareOptions = {}): Prepared {
  const chosen = checkPrepareOptions(options);
  if (faces.count < 2)
    throw new FacemarkError(
      'mismatch',
      `there is ${faces.count === 1 ? 'one face' : 'no face'}; expected at least 2, one to train on and one to validate.`,
    );
  const { train, validation } = splitRows(faces.count, {
    ...chosen,
    groups: options.groups,
    strata: labelPatterns(faces),
  });
  const scaling = fitScaling(faces, train, chosen.centre);
  if (meanFaceOf(faces, validation).every(Number.isNaN))
    throw new FacemarkError(
      'mismatch',
      `none of the ${validation.length} validation rows has a label, so nothing can be validated; take another seed or a larger validationFraction, or leave out the rows without labels.`,
    );
  const inputs = faces.width * faces.height;
  const outputs = faces.schema.landmarks.length * 2;
  readyForTensors();
  const parts = { train: part(faces, train, scaling), validation: part(faces, validation, scaling) };
  const dispose = (): void => {
    for (const { x, y, mask } of [parts.train, parts.validation]) tf.dispose(mask ? [x, y, mask] : [x, y]);
  };
  return {
    ...parts,
    scaling,
    schema: faces.schema,
    meanFace: meanFaceOf(faces, train),
    width: faces.width,
    height: faces.height,
    inputs,
    outputs,
    options: chosen,
    facesSha256: facesSha256(faces),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/**
 * The options with their defaults, checked, and no others: they travel with the model. For callers with long work to do before they
 * prepare.
 *
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkPrepareOptions(options: PrepareOptions) {
  const { validationFraction, seed, centre } = withDefaults(PREPARE_DEFAULTS, options);
  checkNumber('validationFraction', validationFraction, { above: 0, below: 1 });
  checkSeed(seed);
  checkOneOf('centre', centre, CENTRES);
  return { validationFraction, seed, centre };
}

function part(all: Faces, rows: Int32Array, scaling: Scaling): Part {
  const faces = selectFaces(all, rows);
  const size = faces.width * faces.height;
  const coordinates = faces.schema.landmarks.length * 2;
  const complete = !faces.points.some(Number.isNaN);
  return {
    x: tf.tensor2d(scalePixels(scaling, faces.pixels), [faces.count, size]),
    y: tf.tensor2d(scalePoints(scaling, faces.points), [faces.count, coordinates]),
    mask: complete ? undefined : tf.tensor2d(labelMask(faces.points), [faces.count, coordinates]),
    rows,
    sourceRows: faces.sourceRows,
  };
}

/** [n] which coordinates each face has labelled, as text: '110011…', or '' for a face that has them all. */
function labelPatterns({ points, count }: Faces): string[] {
  const coordinates = points.length / count;
  return Array.from({ length: count }, (_, row) => {
    const labels = points.subarray(row * coordinates, (row + 1) * coordinates);
    return labels.some(Number.isNaN) ? Array.from(labels, (value) => (Number.isNaN(value) ? '0' : '1')).join('') : '';
  });
}
