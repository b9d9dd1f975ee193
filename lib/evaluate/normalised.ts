/**
 * Errors by the size of the face, so that those of large and of small faces can be compared.
 *
 *     NMEᵢ = mean of ‖prediction − truth‖ / dᵢ      over the labelled landmarks of face i
 *     NME  = mean of NMEᵢ over the faces            failure rate = share of the faces with NMEᵢ > 0.1
 *
 * The normaliser dᵢ is the distance of two true landmarks of the face. Inter-ocular: the outer corners of the eyes (300-W: Sagonas et
 * al., ICCV workshops 2013). Inter-pupil: the centres of the eyes. The failure rate at 10 % is that of COFW (Burgos-Artizzu, Perona
 * and Dollár, ICCV 2013). A face on which the two landmarks are not labelled, or are one point, has no NME, and is counted as such.
 */

import type { Schema } from '../landmarks/schema';

const FAILED_ABOVE = 0.1; // NME of a face, which people write as 10 %

/** The two landmarks whose distance is the normaliser. */
export const NORMALISERS = Object.freeze({
  interOcular: ['left_eye_outer_corner', 'right_eye_outer_corner'],
  interPupil: ['left_eye_center', 'right_eye_center'],
} as const);
export type NormaliserName = keyof typeof NORMALISERS;

export interface NormalisedError {
  /** NME, a share of the normaliser: 0.05 is 5 %; NaN when no face has one. */
  readonly nme: number;
  /** Share of the faces with an NME whose own is above 0.1; NaN when no face has one. */
  readonly failureRate: number;
}

export interface NormalisedScores extends NormalisedError {
  /** The mean face's, on the same labels. */
  readonly meanFace: NormalisedError;
  /** Faces with an NME. */
  readonly count: number;
  /** Faces without, because the landmarks of the normaliser are not labelled on them. */
  readonly withoutNme: number;
}

/**
 * Scores by every normaliser whose landmarks the schema has.
 *
 * @param predicted [n, 2k] pixels
 * @param truth [n, 2k] pixels, NaN where not labelled
 * @param meanFace [2k] pixels; a landmark that is NaN in it is not scored
 */
export function normalisedScores(
  predicted: Float32Array,
  truth: Float32Array,
  meanFace: Float32Array,
  { landmarks }: Schema,
): Partial<Record<NormaliserName, NormalisedScores>> {
  const scores: Partial<Record<NormaliserName, NormalisedScores>> = {};
  for (const name of Object.keys(NORMALISERS) as NormaliserName[]) {
    const [a, b] = NORMALISERS[name].map((landmark) => landmarks.indexOf(landmark)) as [number, number];
    if (a >= 0 && b >= 0) scores[name] = scoresBy(a, b, predicted, truth, meanFace);
  }
  return scores;
}

/** Normalised by the distance of the landmarks a and b. */
function scoresBy(
  a: number,
  b: number,
  predicted: Float32Array,
  truth: Float32Array,
  meanFace: Float32Array,
): NormalisedScores {
  const [own, baseline] = [[] as number[], [] as number[]];
  const faces = truth.length / meanFace.length;
  for (let row = 0; row < truth.length; row += meanFace.length) {
    const labels = truth.subarray(row, row + meanFace.length);
    const scored = Array.from({ length: labels.length / 2 }, (_, j) => j).filter(
      (j) => !Number.isNaN(distance(meanFace, j, labels, j)),
    );
    const size = distance(labels, a, labels, b);
    if (!(size > 0) || scored.length === 0) continue;
    const errorOf = (points: Float32Array) =>
      scored.reduce((sum, j) => sum + distance(points, j, labels, j), 0) / scored.length / size;
    own.push(errorOf(predicted.subarray(row, row + meanFace.length)));
    baseline.push(errorOf(meanFace));
  }
  return { ...summary(own), meanFace: summary(baseline), count: own.length, withoutNme: faces - own.length };
}

/** ‖p_i − q_j‖, pixels; NaN when one of the two is not labelled. */
function distance(p: Float32Array, i: number, q: Float32Array, j: number): number {
  const dx = (p[2 * i] as number) - (q[2 * j] as number);
  const dy = (p[2 * i + 1] as number) - (q[2 * j + 1] as number);
  return Math.sqrt(dx * dx + dy * dy);
}

function summary(errors: readonly number[]): NormalisedError {
  return {
    nme: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    failureRate: errors.filter((error) => !(error <= FAILED_ABOVE)).length / errors.length,
  };
}
