import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { cropFace } from '../../../lib/predict/image/by-vectors';
import type { GrayImage } from '../../../lib/predict/image/gray';
import { ROOT } from '../../child';
import { messageFrom } from '../../tiny-faces';

const picture = (rows: number[][]): GrayImage => ({
  width: (rows[0] as number[]).length,
  height: rows.length,
  pixels: Uint8Array.from(rows.flat()),
});
const whole = ({ width, height }: GrayImage) => ({ x: 0, y: 0, width, height });
const crop = (rows: number[][], width: number, height: number, box = whole(picture(rows))) =>
  Array.from(cropFace(picture(rows), box, width, height).pixels);

test('a picture of the right size comes back as it is', () => {
  expect(
    crop(
      [
        [1, 2],
        [3, 250],
      ],
      2,
      2,
    ),
  ).toEqual([1, 2, 3, 250]);
});

// By pencil: of [0, 90, 240] in two, each pixel covers one and a half.
test('shrinking is the mean of what a pixel covers, parts of pixels by their part', () => {
  expect(crop([[0, 90, 240]], 2, 1)).toEqual([30, 190]);
  expect(crop([[0], [90], [240]], 1, 2)).toEqual([30, 190]);
});

// torch 2.15: interpolate(tensor([[[[0., 100.], [40., 240.]]]]), size=(4, 4), mode='bilinear', align_corners=False), rounded
test('enlarging is linear between the centres, as PyTorch does it with half pixels', () => {
  const rows = [
    [0, 100],
    [40, 240],
  ];
  expect(crop(rows, 4, 4)).toEqual([0, 25, 75, 100, 10, 41, 104, 135, 30, 74, 161, 205, 40, 90, 190, 240]);
});

test('each axis has a factor of its own: one may shrink while the other grows', () => {
  const rows = [[0, 100, 200, 40]];
  expect(crop(rows, 2, 3)).toEqual([50, 120, 50, 120, 50, 120]);
});

test('fine stripes become their mean, no coarse ones', () => {
  const stripes = Array.from({ length: 4 }, () => Array.from({ length: 4000 }, (_, x) => (x % 2) * 200));
  const seen = crop(stripes, 96, 4); // a pixel covers 41⅔ stripes: at most one more white one than black, 100 ± 200/41⅔/2
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(97);
  expect(Math.max(...seen)).toBeLessThanOrEqual(103);
});

test('beyond the edges the nearest pixel goes on', () => {
  const rows = [
    [10, 20],
    [30, 40],
  ];
  expect(crop(rows, 4, 4, { x: -1, y: -1, width: 4, height: 4 })).toEqual([
    ...[10, 10, 20, 20],
    ...[10, 10, 20, 20],
    ...[30, 30, 40, 40],
    ...[30, 30, 40, 40],
  ]);
  expect(crop(rows, 1, 1, { x: -1e9, y: 0, width: 1e9 + 1, height: 2 })).toEqual([20]);
});

test('a box may begin and end between pixels', () => {
  expect(crop([[0, 100, 200, 0]], 2, 1, { x: 0.5, y: 0, width: 2, height: 1 })).toEqual([50, 150]);
});

test('what is mapped back lies where it was cut out, half a pixel counted', () => {
  const image = picture([Array(200).fill(0)]);
  const { toPhoto } = cropFace(image, { x: 40, y: -3, width: 80, height: 20 }, 8, 10);
  expect(toPhoto({ x: -0.5, y: -0.5 })).toEqual({ x: 39.5, y: -3.5 }); // the outer corner of the box
  expect(toPhoto({ x: 7.5, y: 9.5 })).toEqual({ x: 119.5, y: 16.5 });
  expect(toPhoto({ x: 0, y: 0 })).toEqual({ x: 44.5, y: -2.5 }); // the middle of ten columns and of two rows
});

test.each<[unknown, string]>([
  [
    { x: 0, y: 0, width: 0, height: 5 },
    'the box is {"x":0,"y":0,"width":0,"height":5}; expected numbers x, y, width and height in pixels, the last two above 0.',
  ],
  [
    { x: Number.NaN, y: 0, width: 1, height: 1 },
    'the box is {"x":null,"y":0,"width":1,"height":1}; expected numbers x, y, width and height in pixels, the last two above 0.',
  ],
  [
    { x: 0, y: 0, width: 1e308, height: 1 },
    'the box is {"x":0,"y":0,"width":1e+308,"height":1}; expected no number beyond 1000000000000.',
  ],
  [null, 'the box is null; expected numbers x, y, width and height in pixels, the last two above 0.'],
  [
    { x: 2, y: 0, width: 4, height: 1 },
    'the box (x 2, y 0, 4×1) lies outside of the picture, which is 2×1; expected one that covers some of it.',
  ],
])('%j is no box of a picture', async (box, sentence) => {
  expect(await messageFrom(() => cropFace(picture([[1, 2]]), box as never, 4, 4))).toBe(sentence);
});

test('resize and luma are files that a page in a browser runs as they are', () => {
  for (const name of ['resize', 'luma']) {
    const code = readFileSync(join(ROOT, 'dist', 'predict', 'image', `${name}.js`), 'utf8');
    expect(code).not.toMatch(/\brequire\(/);
    const page = createContext({ exports: {} });
    runInContext(code, page);
    const rows = [[0, 90, 240]];
    const ask = { resize: 'exports.resizeBox(image, box, 2, 1)', luma: 'exports.lumaOf(image.pixels, 3)' }[
      name
    ] as string;
    Object.assign(page, { image: picture(rows), box: whole(picture(rows)) });
    expect(Array.from(runInContext(ask, page) as Uint8Array)).toEqual(name === 'resize' ? [30, 190] : [80]);
  }
});
