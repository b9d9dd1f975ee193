/**
 * Scores in pixels, beside the dumb baseline: the mean face of the training rows.
 *
 *     RMSE = √ mean (prediction − truth)²      over labelled coordinates, x and y alike
 *
 * A network that has learned only the mean face looks good in the loss; beside the mean face it does not, and its predictions
 * hardly differ from face to face, which `variation` shows.
 */

import { FacemarkError } from '../errors';
import { countLabels, type Faces, selectFaces } from '../landmarks/faces';
import { sameSchema } from '../landmarks/schema';
import type { Predictor } from '../predict/predictor';
import { type NormalisedScores, type NormaliserName, normalisedScores } from './normalised';

const HARDLY_VARIES = 0.1; // share of the truth's own spread below which predictions count as one and the same face

export interface LandmarkScore {
  readonly name: string;
  /** Faces on which this landmark is labelled. */
  readonly labelled: number;
  /** RMSE of the prediction in pixels; NaN when no face has the label, or no training face had it. */
  readonly rmsePx: number;
  /** The mean face's, on the same labels. */
  readonly meanFaceRmsePx: number;
}

export interface Scores {
  /** Faces scored. */
  readonly count: number;
  /** Labelled coordinates scored. */
  readonly labelled: number;
  readonly rmsePx: number;
  readonly meanFace: { readonly rmsePx: number };
  /** How much smaller the RMSE is than the mean face's: 0.25 is a quarter; negative is worse than the mean face. */
  readonly gain: number;
  /** NME and failure rate by each normaliser; none where the schema lacks its landmarks. */
  readonly normalised: Readonly<Partial<Record<NormaliserName, NormalisedScores>>>;
  readonly perLandmark: readonly LandmarkScore[];
  /** Standard deviation of a coordinate from face to face, root mean square over the coordinates, in pixels. */
  readonly variation: { readonly predictedPx: number; readonly truthPx: number; readonly hardlyVaries: boolean };
}

export interface EvaluateOptions {
  /** Which faces to score, such as `data.validation.rows`; all by default. */
  readonly rows?: ArrayLike<number>;
}

/**
 * Scores a predictor on labelled faces.
 *
 * @throws FacemarkError `mismatch` when the faces have other landmarks or another size, or none of them has a label
 */
export async function evaluate(predictor: Predictor, faces: Faces, { rows }: EvaluateOptions = {}): Promise<Scores> {
  const { landmarks } = predictor.schema;
  if (!sameSchema(faces.schema, predictor.schema))
    throw new FacemarkError(
      'mismatch',
      `these faces have the landmarks ${faces.schema.landmarks.join(', ')}; the network was trained on ${landmarks.join(', ')}.`,
    );
  const scored = rows === undefined ? faces : selectFaces(faces, rows);
  const truth = scored.points;
  const predicted = await predictor.predictPoints(scored);
  const coordinates = landmarks.length * 2;
  const mean = (i: number) => predictor.meanFace[i % coordinates] as number;

  const { labelled } = countLabels(truth, scored.schema, scored.width, scored.height);
  const own = landmarks.map(() => new SquaredErrors());
  const baseline = landmarks.map(() => new SquaredErrors());
  for (const [i, value] of truth.entries()) {
    const error = mean(i) - value;
    if (Number.isNaN(error)) continue; // not labelled here, or on no training face
    const j = (i % coordinates) >> 1;
    own[j]?.add((predicted[i] as number) - value);
    baseline[j]?.add(error);
  }
  const all = SquaredErrors.sum(own);
  const meanFace = SquaredErrors.sum(baseline);
  if (all.count === 0)
    throw new FacemarkError(
      'mismatch',
      `none of the ${scored.count} faces has a label; expected some to score against.`,
    );
  const spread = { predictedPx: spreadOf(predicted, truth, coordinates), truthPx: spreadOf(truth, truth, coordinates) };
  return {
    count: scored.count,
    labelled: all.count,
    rmsePx: all.rms,
    meanFace: { rmsePx: meanFace.rms },
    gain: 1 - all.rms / meanFace.rms,
    normalised: normalisedScores(predicted, truth, predictor.meanFace, predictor.schema),
    perLandmark: landmarks.map((name, j) => ({
      name,
      labelled: labelled[j] as number,
      rmsePx: own[j]?.rms ?? Number.NaN,
      meanFaceRmsePx: baseline[j]?.rms ?? Number.NaN,
    })),
    variation: { ...spread, hardlyVaries: spread.predictedPx < HARDLY_VARIES * spread.truthPx },
  };
}

/** A sum of squared errors. */
class SquaredErrors {
  count = 0;
  private total = 0;

  static sum(parts: readonly SquaredErrors[]): SquaredErrors {
    const sum = new SquaredErrors();
    for (const { count, total } of parts) {
      sum.count += count;
      sum.total += total;
    }
    return sum;
  }

  add(error: number): void {
    this.count++;
    this.total += error * error;
  }

  get rms(): number {
    return Math.sqrt(this.total / this.count);
  }
}

/** √ of the mean over coordinates of the variance over faces, where `labels` has a value. */
function spreadOf(points: Float32Array, labels: Float32Array, coordinates: number): number {
  const variances: number[] = [];
  for (let j = 0; j < coordinates; j++) {
    const values: number[] = [];
    for (let i = j; i < points.length; i += coordinates)
      if (!Number.isNaN(labels[i] as number)) values.push(points[i] as number);
    if (values.length < 2) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    variances.push(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  }
  return Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / variances.length);
}
