/**
 * The landmark schema: which points a face has, in which order, and which of them are mirror images of each other.
 *
 * Left and right are the subject's own, as in Kaggle's data: in a frontal picture the left eye stands at the larger x.
 */

import { FacemarkError } from '../errors';

export interface Schema {
  /** Names of the k landmarks; landmark j has the coordinates 2j (x) and 2j + 1 (y) of a row of `points`. */
  readonly landmarks: readonly string[];
  /** Indices of the landmarks that change places when a face is mirrored: [left, right]. */
  readonly mirrorPairs: readonly (readonly [left: number, right: number])[];
}

/** The 15 landmarks of Kaggle's Facial Keypoints Detection, in its order. */
export const KAGGLE_LANDMARKS = Object.freeze([
  'left_eye_center',
  'right_eye_center',
  'left_eye_inner_corner',
  'left_eye_outer_corner',
  'right_eye_inner_corner',
  'right_eye_outer_corner',
  'left_eyebrow_inner_end',
  'left_eyebrow_outer_end',
  'right_eyebrow_inner_end',
  'right_eyebrow_outer_end',
  'nose_tip',
  'mouth_left_corner',
  'mouth_right_corner',
  'mouth_center_top_lip',
  'mouth_center_bottom_lip',
] as const);

/**
 * A schema from landmark names. Mirror pairs are found by the words left and right, in any case, in the names.
 *
 * @throws FacemarkError `bad-option` when there is no name, or one twice
 */
export function schemaOf(landmarks: readonly string[]): Schema {
  if (landmarks.length === 0) throw new FacemarkError('bad-option', 'a landmark schema needs at least one landmark.');
  const twice = landmarks.find((name, j) => landmarks.indexOf(name) !== j);
  if (twice !== undefined) throw new FacemarkError('bad-option', `the landmark ${twice} stands twice in the schema.`);
  const mirrorPairs: [number, number][] = [];
  landmarks.forEach((name, left) => {
    const right = landmarks.indexOf(name.replace(/left/gi, rightLike));
    if (right >= 0 && right !== left) mirrorPairs.push([left, right]);
  });
  return Object.freeze({ landmarks: Object.freeze([...landmarks]), mirrorPairs: Object.freeze(mirrorPairs) });
}

/** Kaggle's 15 landmarks, the default. */
export const kaggleSchema: Schema = schemaOf(KAGGLE_LANDMARKS);

/** The 2k names of the coordinates, as Kaggle's header has them: `nose_tip_x`, `nose_tip_y`, … */
export function coordinateNames(schema: Schema): string[] {
  return schema.landmarks.flatMap((name) => [`${name}_x`, `${name}_y`]);
}

/** Whether two schemas have the same landmarks in the same order. */
export function sameSchema(a: Schema, b: Schema): boolean {
  return a.landmarks.length === b.landmarks.length && a.landmarks.every((name, j) => name === b.landmarks[j]);
}

/** "right" written the way "left" was: left, Left or LEFT. */
function rightLike(left: string): string {
  if (left === left.toUpperCase()) return 'RIGHT';
  return left.startsWith('L') ? 'Right' : 'right';
}
