import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import { selectFaces } from '../../lib/landmarks/faces';
import { buildModel } from '../../lib/model/build-model';
import { createPredictor, type Predictor } from '../../lib/predict/predictor';
import { prepare } from '../../lib/prepare/prepare';
import { messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

const faces = tinyFaces({ count: 300 });
let predictor: Predictor;
beforeEach(async () => {
  await useBackend('wasm');
  const data = prepare(faces, { centre: 'perCoordinate' });
  predictor = createPredictor(buildModel({ inputs: 64, hiddenUnits: 5 }), data);
  data.dispose();
});
afterEach(() => predictor.dispose());

test('one picture and the same picture among many get the same named points, in pixels', async () => {
  const many = await predictor.predict(faces);
  expect(many).toHaveLength(300);
  const one = await predictor.predict(faces.pixels.subarray(299 * 64));
  expect(Object.keys(one)).toEqual(faces.schema.landmarks);
  for (const [name, { x, y }] of Object.entries(one)) {
    expect(x).toBeCloseTo(many[299]?.[name]?.x as number, 5);
    expect(y).toBeCloseTo(many[299]?.[name]?.y as number, 5);
  }
});

test('points stand in the order of Faces.points, whatever the batch they came in', async () => {
  const all = await predictor.predictPoints(faces);
  const some = await predictor.predictPoints(selectFaces(faces, [5, 270]));
  expect(all).toHaveLength(300 * 30);
  for (let j = 0; j < 30; j++) {
    expect(some[j]).toBeCloseTo(all[5 * 30 + j] as number, 5);
    expect(some[30 + j]).toBeCloseTo(all[270 * 30 + j] as number, 5);
  }
});

test('a network whose output is 0 puts out the mean face when every coordinate has its mean', async () => {
  tf.tidy(() => predictor.model.setWeights(predictor.model.getWeights().map((weight) => tf.zerosLike(weight))));
  const points = await predictor.predictPoints(selectFaces(faces, [0]));
  for (const [j, value] of points.entries()) expect(value).toBeCloseTo(predictor.meanFace[j] as number, 4);
});

test('ten thousand predictions leave no tensor behind', async () => {
  await predictor.predict(faces);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 10_000; i++) await predictor.predict(faces.pixels.subarray((i % 300) * 64, ((i % 300) + 1) * 64));
  expect(tf.memory().numTensors).toBe(before);
});

test('pictures of another size are refused', async () => {
  expect(await messageFrom(() => predictor.predict(new Uint8Array(63)))).toBe(
    'the picture has 63 pixels; expected 64 (8×8), gray values from 0 to 255, row by row.',
  );
  expect(await messageFrom(() => predictor.predict(tinyFaces({ size: 9 })))).toBe(
    'these faces are 9×9 pixels; the network was trained on 8×8. Resize them, or train on this size.',
  );
});

test.each<[unknown, string]>([
  [new Float32Array(64), 'a Float32Array'],
  [Array(64).fill(1), 'an Array'],
  [null, 'null'],
  ['face', 'face'],
])('%j is no picture', async (input, found) => {
  expect(await messageFrom(() => predictor.predict(input as Uint8Array))).toBe(
    `predict was given ${found}; expected the gray values of one picture from 0 to 255 as a Uint8Array, or Faces.`,
  );
});

test('a model that does not fit the data is refused', async () => {
  const model = buildModel({ inputs: 100 });
  expect(await messageFrom(() => createPredictor(model, predictor))).toBe(
    'the model takes 100 inputs and gives 30 outputs; expected 64 (8×8 pixels) and 30 (15 landmarks).',
  );
  model.dispose();
});

test('a predictor that was disposed says so, and may be disposed again', async () => {
  predictor.dispose();
  predictor.dispose();
  expect(await messageFrom(() => predictor.predict(faces))).toBe(
    'this predictor was disposed; make or load a new one, or dispose it later.',
  );
});
