import { countLabels, selectFaces } from '../../lib/landmarks/faces';
import { schemaOf } from '../../lib/landmarks/schema';
import { tinyFaces } from '../tiny-faces';

test('selected faces bring their pixels, points, rows and names along, in the order asked for', () => {
  const faces = tinyFaces({ count: 5, size: 2, landmarks: ['nose'] });
  const chosen = selectFaces(faces, [3, 0]);
  expect(chosen.count).toBe(2);
  expect([...chosen.pixels]).toEqual([...faces.pixels.subarray(12, 16), ...faces.pixels.subarray(0, 4)]);
  expect([...chosen.points]).toEqual([...faces.points.subarray(6, 8), ...faces.points.subarray(0, 2)]);
  expect([...chosen.sourceRows]).toEqual([3, 0]);
  expect(chosen.ids).toEqual(['3', '0']);
  expect(chosen.report.labelled).toEqual([2]);
});

test('an index that is no face is refused', () => {
  expect(() => selectFaces(tinyFaces({ count: 5 }), [5])).toThrow('row 5 is none of these faces; expected 0 to 4.');
  expect(() => selectFaces(tinyFaces({ count: 5 }), [1.5])).toThrow('row 1.5 is none of these faces; expected 0 to 4.');
});

test('labels are counted per landmark, outside the picture, and by incomplete rows', () => {
  const points = Float32Array.of(0, 0, 9.4, 9.4, /**/ Number.NaN, Number.NaN, 9.6, 5, /**/ -0.6, 3, Number.NaN, 4);
  expect(countLabels(points, schemaOf(['a', 'b']), 10, 10)).toEqual({
    labelled: [2, 2],
    outside: 2,
    incompleteKept: 2,
  });
});
