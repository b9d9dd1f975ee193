import { normalisedScores } from '../../lib/evaluate/normalised';
import { kaggleSchema, schemaOf } from '../../lib/landmarks/schema';

const schema = schemaOf(['left_eye_center', 'right_eye_center', 'nose_tip']);
const NONE = Number.NaN;

/** Pupils 40 px apart; 10 px apart and no nose; no left pupil. */
const truth = Float32Array.of(60, 30, 20, 30, 40, 50, /**/ 16, 18, 10, 10, NONE, NONE, /**/ NONE, NONE, 20, 30, 40, 50);
/** Off by 5, 0 and 3 px; by 5 and 0 px; by what does not count. */
const predicted = Float32Array.of(63, 34, 20, 30, 40, 53, /**/ 13, 14, 10, 10, 0, 0, /**/ 0, 0, 0, 0, 0, 0);
const meanFace = Float32Array.of(60, 30, 20, 30, 40, 50); // right for the first face

test('NME and failure rate are means over the faces whose pupils are labelled, by pencil', () => {
  const { interPupil, ...others } = normalisedScores(predicted, truth, meanFace, schema);
  expect(others).toEqual({});
  expect(interPupil).toMatchObject({ count: 2, withoutNme: 1, failureRate: 0.5 });
  expect(interPupil?.nme).toBeCloseTo((8 / 3 / 40 + 5 / 2 / 10) / 2, 12);
  // The mean face on the second face: its pupils are off by (44, 12) and (10, 20) px.
  expect(interPupil?.meanFace.nme).toBeCloseTo((0 + (Math.sqrt(2080) + Math.sqrt(500)) / 2 / 10) / 2, 12);
  expect(interPupil?.meanFace.failureRate).toBe(0.5);
});

test('the inter-ocular normaliser is the distance of the outer corners of the eyes', () => {
  const { landmarks } = kaggleSchema;
  const points = new Float32Array(2 * landmarks.length);
  points[2 * landmarks.indexOf('left_eye_outer_corner')] = 50;
  points[2 * landmarks.indexOf('left_eye_center')] = 20;
  const off = points.map((value, i) => value + (i % 2)); // every landmark 1 px too low
  const { interOcular, interPupil } = normalisedScores(off, points, points, kaggleSchema);
  expect([interOcular?.nme, interPupil?.nme]).toEqual([1 / 50, 1 / 20]);
  expect(interOcular?.meanFace).toEqual({ nme: 0, failureRate: 0 });
});

test('an error of exactly 10 % is no failure, and a prediction that is no number is one', () => {
  const face = Float32Array.of(20, 0, 0, 0, 5, 5);
  const rateOf = (nose: number) =>
    normalisedScores(Float32Array.of(20, 0, 0, 0, 5, nose), face, face, schema).interPupil?.failureRate;
  expect([rateOf(5 + 6), rateOf(5 + 7), rateOf(NONE)]).toEqual([0, 1, 1]); // 6 / 3 / 20 = 0.1
});

test('pupils in one place give no NME, and a landmark that no training face had is not scored', () => {
  const together = Float32Array.of(20, 30, 20, 30, 40, 50);
  expect(normalisedScores(together, together, meanFace, schema).interPupil).toEqual({
    ...{ nme: NONE, failureRate: NONE, meanFace: { nme: NONE, failureRate: NONE } },
    ...{ count: 0, withoutNme: 1 },
  });
  const noNose = Float32Array.of(60, 30, 20, 30, NONE, NONE);
  const first = (points: Float32Array) => points.subarray(0, 6);
  expect(normalisedScores(first(predicted), first(truth), noNose, schema).interPupil?.nme).toBeCloseTo(5 / 2 / 40, 12);
});
