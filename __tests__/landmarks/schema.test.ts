import { coordinateNames, kaggleSchema, sameSchema, schemaOf } from '../../lib/landmarks/schema';

test("Kaggle's schema has 15 landmarks and 6 mirror pairs, left first", () => {
  const { landmarks, mirrorPairs } = kaggleSchema;
  expect(landmarks).toHaveLength(15);
  expect(mirrorPairs.map(([left, right]) => [landmarks[left], landmarks[right]])).toEqual([
    ['left_eye_center', 'right_eye_center'],
    ['left_eye_inner_corner', 'right_eye_inner_corner'],
    ['left_eye_outer_corner', 'right_eye_outer_corner'],
    ['left_eyebrow_inner_end', 'right_eyebrow_inner_end'],
    ['left_eyebrow_outer_end', 'right_eyebrow_outer_end'],
    ['mouth_left_corner', 'mouth_right_corner'],
  ]);
});

test('mirror pairs of other names are found from left and right in any case', () => {
  const schema = schemaOf(['RightEar', 'chin', 'LeftEar', 'LEFT_CHEEK', 'RIGHT_CHEEK', 'left_alone']);
  expect(schema.mirrorPairs).toEqual([
    [2, 0],
    [3, 4],
  ]);
});

test('coordinates are named x and y in turn', () => {
  expect(coordinateNames(schemaOf(['a', 'b']))).toEqual(['a_x', 'a_y', 'b_x', 'b_y']);
});

test('schemas are the same when their names are, in order', () => {
  expect(sameSchema(schemaOf(['a', 'b']), schemaOf(['a', 'b']))).toBe(true);
  expect(sameSchema(schemaOf(['a', 'b']), schemaOf(['b', 'a']))).toBe(false);
  expect(sameSchema(schemaOf(['a', 'b']), schemaOf(['a']))).toBe(false);
});

test('a schema without landmarks, or with one twice, is refused', () => {
  expect(() => schemaOf([])).toThrow('a landmark schema needs at least one landmark.');
  expect(() => schemaOf(['a', 'b', 'a'])).toThrow('the landmark a stands twice in the schema.');
});
