import type { Faces } from '../../lib/landmarks/faces';
import { schemaOf } from '../../lib/landmarks/schema';
import { fitScaling, meanFaceOf, scalePixels, scalePoints, unscalePoints } from '../../lib/prepare/scaling';
import { tinyFaces } from '../tiny-faces';

/** Three faces of two pixels with one landmark; the third is never a training row. */
const faces: Faces = {
  ...tinyFaces({ count: 3, size: 1, landmarks: ['nose'] }),
  schema: schemaOf(['nose']),
  width: 2,
  height: 1,
  pixels: Uint8Array.of(0, 100, 200, 100, 255, 255),
  points: Float32Array.of(10, 20, 30, 40, 99, 99),
};
const training = Int32Array.of(0, 1);

test("the tutorial's scaling is x / max minus one mean, by pencil", () => {
  const scaling = fitScaling(faces, training, 'global');
  expect(scaling.pixels).toEqual({ max: 200, mean: 0.5 }); // (0 + 100 + 200 + 100) / 4 / 200
  expect(scaling.points).toEqual({ max: 40, mean: [0.625, 0.625] }); // (10 + 20 + 30 + 40) / 4 / 40
  expect([...scalePixels(scaling, faces.pixels)].slice(0, 4)).toEqual([-0.5, 0, 0.5, 0]);
  expect([...scalePoints(scaling, faces.points)].slice(0, 4)).toEqual([-0.375, -0.125, 0.125, 0.375]);
});

test('with a mean of its own every coordinate is centred on the mean face', () => {
  const scaling = fitScaling(faces, training, 'perCoordinate');
  expect(scaling.points).toEqual({ max: 40, mean: [0.5, 0.75] });
  expect([...meanFaceOf(faces, training)]).toEqual([20, 30]);
  expect([...unscalePoints(scaling, Float32Array.of(0, 0))]).toEqual([20, 30]);
});

test.each(['global', 'perCoordinate'] as const)(
  'scaling and unscaling with centre %s give the pixels back',
  (centre) => {
    const many = tinyFaces({ count: 10 });
    const scaling = fitScaling(many, Int32Array.of(0, 2, 4, 6), centre);
    const back = unscalePoints(scaling, scalePoints(scaling, many.points));
    for (const [i, value] of many.points.entries()) expect(Math.abs((back[i] as number) - value)).toBeLessThan(1e-5); // px
  },
);

test('coordinates that are not labelled count for nothing and become 0', () => {
  const holes = { ...faces, points: Float32Array.of(10, Number.NaN, 30, Number.NaN, 99, 99) };
  const scaling = fitScaling(holes, training, 'perCoordinate');
  expect(scaling.points.max).toBe(30);
  expect(scaling.points.mean[0]).toBeCloseTo(20 / 30, 12);
  expect(scaling.points.mean[1]).toBeCloseTo(20 / 30, 12); // no label to average: the mean of all
  expect(scalePoints(scaling, holes.points)[1]).toBe(0);
  expect(meanFaceOf(holes, training)[1]).toBeNaN();
});

test('training rows that cannot be scaled are refused', () => {
  const black = { ...faces, pixels: new Uint8Array(6) };
  expect(() => fitScaling(black, training, 'global')).toThrow(
    'every picture of the training rows is black; expected faces.',
  );
  const blank = { ...faces, points: new Float32Array(6).fill(Number.NaN) };
  expect(() => fitScaling(blank, training, 'global')).toThrow(
    'none of the 2 training rows has a label; expected faces with landmarks.',
  );
  const odd = { ...faces, points: new Float32Array(6).fill(-1) };
  expect(() => fitScaling(odd, training, 'global')).toThrow(
    'the largest coordinate of the training rows is -1; expected pixels from the top left, most of them above 0.',
  );
});
