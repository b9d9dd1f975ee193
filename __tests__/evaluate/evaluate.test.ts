import { evaluate } from '../../lib/evaluate/evaluate';
import type { Faces } from '../../lib/landmarks/faces';
import { schemaOf } from '../../lib/landmarks/schema';
import type { Predictor } from '../../lib/predict/predictor';
import { messageFrom, tinyFaces } from '../tiny-faces';

const schema = schemaOf(['nose', 'chin']);
const NONE = Number.NaN;

/** Three faces with two landmarks; on the last the chin is not labelled. */
const faces: Faces = {
  ...tinyFaces({ count: 3, size: 2, landmarks: schema.landmarks }),
  points: Float32Array.of(10, 10, 20, 20, /**/ 14, 10, 20, 26, /**/ 12, 10, NONE, NONE),
};

/** A predictor that says what it is told. */
function oracle(points: number[], meanFace = [12, 10, 20, 23]): Predictor {
  const predictPoints = async ({ count }: Faces) => Float32Array.from(points).subarray(0, count * 4);
  return { schema, meanFace: Float32Array.from(meanFace), predictPoints } as unknown as Predictor;
}

test('RMSE in pixels beside the mean face, by pencil', async () => {
  const scores = await evaluate(oracle([11, 10, 20, 20, /**/ 14, 12, 20, 26, /**/ 12, 10, 99, 99]), faces);
  expect(scores.count).toBe(3);
  expect(scores.labelled).toBe(10);
  expect(scores.rmsePx).toBeCloseTo(Math.sqrt((1 + 4) / 10), 12);
  expect(scores.meanFace.rmsePx).toBeCloseTo(Math.sqrt((4 + 9 + 4 + 9) / 10), 12);
  expect(scores.gain).toBeCloseTo(1 - Math.sqrt(5 / 26), 12);
  expect(scores.normalised).toEqual({}); // no eyes
  expect(scores.perLandmark).toEqual([
    { name: 'nose', labelled: 3, rmsePx: Math.sqrt(5 / 6), meanFaceRmsePx: Math.sqrt(8 / 6) },
    { name: 'chin', labelled: 2, rmsePx: 0, meanFaceRmsePx: Math.sqrt(18 / 4) },
  ]);
});

test('a predictor of the mean face gains nothing and hardly varies', async () => {
  const mean = [12, 10, 20, 23];
  const scores = await evaluate(oracle([...mean, ...mean, ...mean]), faces);
  expect(scores.gain).toBe(0);
  expect(scores.variation.predictedPx).toBe(0);
  // Variances of the truth: nose x of 10, 14, 12: 8/3; nose y: 0; chin x: 0; chin y of 20, 26: 9.
  expect(scores.variation.truthPx).toBeCloseTo(Math.sqrt((8 / 3 + 9) / 4), 12);
  expect(scores.variation.hardlyVaries).toBe(true);
});

test('a predictor that knows the truth varies as the truth does', async () => {
  const scores = await evaluate(oracle([10, 10, 20, 20, 14, 10, 20, 26, 12, 10, 0, 0]), faces);
  expect(scores.rmsePx).toBe(0);
  expect(scores.variation.predictedPx).toBe(scores.variation.truthPx);
  expect(scores.variation.hardlyVaries).toBe(false);
});

test('only the rows asked for are scored', async () => {
  const scores = await evaluate(oracle([10, 10, 20, 20]), faces, { rows: [0] });
  expect([scores.count, scores.labelled, scores.rmsePx]).toEqual([1, 4, 0]);
});

test('the error by the size of the face stands beside the pixels where the landmarks have eyes', async () => {
  const eyes = schemaOf(['left_eye_center', 'right_eye_center']);
  const pair: Faces = {
    ...tinyFaces({ count: 1, size: 2, landmarks: eyes.landmarks }),
    points: Float32Array.of(30, 0, 10, 0),
  };
  const told = { ...oracle([30, 1, 10, 0], [30, 0, 10, 4]), schema: eyes };
  const { normalised } = await evaluate(told, pair);
  // Off by 1 and 0 px at a distance of 20 px; the mean face by 0 and 4 px.
  expect(normalised).toEqual({
    interPupil: {
      ...{ nme: 1 / 2 / 20, failureRate: 0, meanFace: { nme: 4 / 2 / 20, failureRate: 0 } },
      ...{ count: 1, withoutNme: 0 },
    },
  });
});

test('a landmark that no training face had is counted and not scored', async () => {
  const scores = await evaluate(oracle([10, 10, 20, 20, 14, 10, 20, 26, 12, 10, 0, 0], [12, 10, NONE, NONE]), faces);
  expect(scores.labelled).toBe(6);
  expect(scores.perLandmark[1]).toEqual({ name: 'chin', labelled: 2, rmsePx: NONE, meanFaceRmsePx: NONE });
});

test('faces that cannot be scored are refused', async () => {
  expect(await messageFrom(() => evaluate(oracle([]), tinyFaces({ landmarks: ['nose'] })))).toBe(
    'these faces have the landmarks nose; the network was trained on nose, chin.',
  );
  const blank = { ...faces, points: new Float32Array(12).fill(NONE) };
  expect(await messageFrom(() => evaluate(oracle(new Array(12).fill(0)), blank))).toBe(
    'none of the 3 faces has a label; expected some to score against.',
  );
});
