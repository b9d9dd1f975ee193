import { readyForTensors } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import { prepare } from '../../lib/prepare/prepare';
import { tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

test('tensors have the shapes of the parts, and one dispose frees them all', () => {
  const before = tf.memory().numTensors;
  const data = prepare(tinyFaces({ count: 20, size: 8 }));
  expect(data.train.x.shape).toEqual([14, 64]);
  expect(data.train.y.shape).toEqual([14, 30]);
  expect(data.validation.x.shape).toEqual([6, 64]);
  expect(data.validation.y.shape).toEqual([6, 30]);
  expect(data.train.mask).toBeUndefined();
  expect([data.inputs, data.outputs, data.width, data.height]).toEqual([64, 30, 8, 8]);
  data.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('rows say which faces the tensors hold', () => {
  const faces = tinyFaces({ count: 20, size: 2 });
  const data = prepare(faces, { seed: 3 });
  const { max, mean } = data.scaling.pixels;
  const x = data.validation.x.arraySync();
  for (const [i, row] of data.validation.rows.entries())
    for (let p = 0; p < 4; p++) expect(x[i]?.[p]).toBeCloseTo((faces.pixels[row * 4 + p] as number) / max - mean, 6);
  data.dispose();
});

test('the training part has mean zero in pixels and in coordinates', () => {
  const data = prepare(tinyFaces({ count: 50 }));
  for (const tensor of [data.train.x, data.train.y])
    expect(Math.abs(tf.mean(tensor).dataSync()[0] as number)).toBeLessThan(1e-6);
  data.dispose();
});

test('changing the validation rows changes nothing in scaling, mean face or training tensors', () => {
  const faces = tinyFaces({ count: 30 });
  const honest = prepare(faces);
  const pixels = faces.pixels.slice();
  const points = faces.points.slice();
  for (const row of honest.validation.rows) {
    pixels.fill(255, row * 64, (row + 1) * 64);
    points.fill(1000, row * 30, (row + 1) * 30);
  }
  const changed = prepare({ ...faces, pixels, points });
  expect(changed.scaling).toEqual(honest.scaling);
  expect(changed.meanFace).toEqual(honest.meanFace);
  expect(changed.train.x.dataSync()).toEqual(honest.train.x.dataSync());
  expect(changed.train.y.dataSync()).toEqual(honest.train.y.dataSync());
  honest.dispose();
  changed.dispose();
});

test('missing labels get a mask and a finite target', () => {
  const faces = tinyFaces({ count: 40, missing: 0.2 });
  const data = prepare(faces);
  const mask = data.train.mask?.arraySync() as number[][];
  const y = data.train.y.arraySync();
  for (const [i, row] of data.train.rows.entries())
    for (let j = 0; j < 30; j++) {
      const labelled = !Number.isNaN(faces.points[row * 30 + j]);
      expect(mask[i]?.[j]).toBe(labelled ? 1 : 0);
      if (!labelled) expect(y[i]?.[j]).toBe(0);
    }
  data.dispose();
});

test('rows with few landmarks are split like the complete ones', () => {
  const faces = tinyFaces({ count: 100 });
  const points = faces.points.map((value, i) => (Math.floor(i / 30) >= 60 && i % 30 >= 8 ? Number.NaN : value));
  const data = prepare({ ...faces, points });
  expect(data.validation.rows.filter((row) => row < 60).length).toBe(18);
  expect(data.validation.rows.filter((row) => row >= 60).length).toBe(12);
  data.dispose();
});

test('validation rows without any label are refused', () => {
  const faces = tinyFaces({ count: 2 });
  const points = faces.points.map((value, i) => (i < 30 ? value : Number.NaN)); // the second face, which validates
  expect(() => prepare({ ...faces, points })).toThrow(
    'none of the 1 validation rows has a label, so nothing can be validated; take another seed or a larger validationFraction, or leave out the rows without labels.',
  );
});

test('faces that cannot be split or trained on are refused', () => {
  expect(() => prepare(tinyFaces({ count: 1 }))).toThrow(
    'there is one face; expected at least 2, one to train on and one to validate.',
  );
  expect(() => prepare(tinyFaces(), { centre: 'middle' as 'global' })).toThrow(
    'centre is "middle"; expected one of global, perCoordinate.',
  );
});
