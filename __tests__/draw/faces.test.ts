import { PNG } from 'pngjs';
import { drawFaces, drawPredictions } from '../../lib/draw/faces';
import { tinyFaces } from '../tiny-faces';
import { elementsOf } from '../well-formed';

const faces = tinyFaces({ count: 10, size: 8, landmarks: ['nose', 'left eye'] });
const ofClass = (svg: string, name: string) => elementsOf(svg).filter(({ attributes }) => attributes.class === name);

test('every labelled landmark has its mark, and a picture each face', () => {
  const svg = drawFaces(faces, { limit: 4, captions: false });
  expect(elementsOf(svg).filter(({ name }) => name === 'image')).toHaveLength(4);
  expect(ofClass(svg, 'truth')).toHaveLength(4 * 2 + 1); // one in the legend
});

test('a mark stands where its landmark is: the centre of the first pixel is (0, 0)', () => {
  const points = Float32Array.of(0, 0, 7, 3.5);
  const one = { ...tinyFaces({ count: 1, size: 8, landmarks: ['nose', 'left eye'] }), points };
  const circles = elementsOf(drawFaces(one, { faceWidth: 80 })).filter(({ name }) => name === 'circle');
  // Ten pixels of the sheet for one of the picture; the first circle belongs to the legend.
  expect(circles.slice(1).map(({ attributes: { cx, cy } }) => [cx, cy])).toEqual([
    ['5', '5'],
    ['75', '40'],
  ]);
});

test('the picture in the sheet is the gray values of the face', () => {
  const svg = drawFaces(faces, { rows: [3] });
  const href = elementsOf(svg).find(({ name }) => name === 'image')?.attributes.href as string;
  const png = PNG.sync.read(Buffer.from(href.replace('data:image/png;base64,', ''), 'base64'));
  expect([png.width, png.height]).toEqual([8, 8]);
  const red = png.data.filter((_, i) => i % 4 === 0);
  expect([...red]).toEqual([...faces.pixels.subarray(3 * 64, 4 * 64)]);
});

test('landmarks that are not labelled are not drawn', () => {
  const some = { ...faces, points: faces.points.map((value, i) => (i % 4 < 2 ? Number.NaN : value)) };
  expect(ofClass(drawFaces(some, { limit: 10 }), 'truth')).toHaveLength(10 + 1);
  const none = { ...faces, points: faces.points.map(() => Number.NaN) };
  expect(ofClass(drawFaces(none), 'truth')).toHaveLength(0); // nor in the legend
});

test('predictions differ from the truth in shape, and a line joins the two', () => {
  const svg = drawPredictions(
    faces,
    faces.points.map((value) => value + 1),
    { limit: 5 },
  );
  expect(ofClass(svg, 'truth')).toHaveLength(5 * 2 + 1);
  expect(ofClass(svg, 'predicted')).toHaveLength(5 * 2 + 1);
  expect(ofClass(svg, 'error')).toHaveLength(5 * 2);
});

test('a caption names the face and its error, by pencil', () => {
  const texts = elementsOf(
    drawPredictions(
      faces,
      faces.points.map((value) => value + 1),
      { rows: [7] },
    ),
  ).filter(({ name }) => name === 'text');
  expect(texts.map(({ text }) => text)).toEqual(['ground truth', 'prediction', '7 · 1.0 px']);
});

test('the predictions that are drawn belong to the rows that are drawn', () => {
  const predicted = new Float32Array(faces.points.length).fill(Number.NaN);
  predicted.set([2, 2, 5, 5], 6 * 4); // face 6 alone
  expect(ofClass(drawPredictions(faces, predicted, { rows: [6] }), 'predicted')).toHaveLength(2 + 1);
  expect(ofClass(drawPredictions(faces, predicted, { rows: [5] }), 'predicted')).toHaveLength(0 + 1);
});

test('names from files are text, whatever stands in them', () => {
  const odd = { ...faces, ids: ['<script>&"\u0000\u001b[31m', ...faces.ids.slice(1)] };
  const texts = elementsOf(drawFaces(odd, { rows: [0], title: 'a < b & "c"' })).filter(({ name }) => name === 'text');
  expect(texts.map(({ text }) => text)).toEqual(['a < b & "c"', 'ground truth', '<script>&"[31m']);
});

test('the themes differ, and the same call draws the same', () => {
  const [light, dark] = [drawFaces(faces), drawFaces(faces, { theme: 'dark' })];
  expect(dark).not.toBe(light);
  expect(drawFaces(faces)).toBe(light);
});

test('what cannot be drawn is refused', () => {
  expect(() => drawPredictions(faces, new Float32Array(3))).toThrow(
    'there are 3 predicted coordinates for 10 faces; expected 40, as predictPoints returns them for the same faces.',
  );
  expect(() => drawFaces(faces, { theme: 'blue' as 'dark' })).toThrow('theme is "blue"; expected one of light, dark.');
  expect(() => drawFaces(faces, { columns: 0 })).toThrow('columns is 0; expected a whole number of at least 1.');
  expect(() => drawFaces(faces, { rows: [99] })).toThrow('row 99 is none of these faces; expected 0 to 9.');
});
