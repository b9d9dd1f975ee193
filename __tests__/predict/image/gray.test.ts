import { grayOf } from '../../../lib/predict/image/by-vectors';
import type { RawImage } from '../../../lib/predict/image/gray';
import { messageFrom } from '../../tiny-faces';

const gray = (data: RawImage['data'], channels: RawImage['channels']) =>
  Array.from(grayOf({ data, channels, width: data.length / channels, height: 1 }).pixels);

// By pencil: 0.299·200 + 0.587·50 + 0.114·20 = 91.43; the three primaries are the weights times 255.
test('colours become the luma of BT.601, rounded', () => {
  expect(gray(Uint8Array.of(200, 50, 20, 255, 0, 0, 0, 255, 0, 0, 0, 255), 3)).toEqual([91, 76, 150, 29]);
});

test('a gray pixel keeps its value in every form, all 256 of them', () => {
  const values = Uint8Array.from({ length: 256 }, (_, i) => i);
  const times = (copies: (value: number) => number[]) => Uint8Array.from(Array.from(values).flatMap(copies));
  for (const [data, channels] of [
    [values, 1],
    [times((v) => [v, 255]), 2],
    [times((v) => [v, v, v]), 3],
    [times((v) => [v, v, v, 255]), 4],
    [Uint16Array.from(values, (v) => v * 257), 1],
    [Float32Array.from(values, (v) => v / 255), 1],
  ] as const)
    expect(gray(data, channels)).toEqual(Array.from(values));
});

// 100·(102/255) + 255·(153/255) = 193; (91.43·51 + 255·204)/255 = 222.286
test('what is transparent lies over white', () => {
  expect(gray(Uint8Array.of(100, 102, 0, 0), 2)).toEqual([193, 255]);
  expect(gray(Uint8Array.of(200, 50, 20, 51), 4)).toEqual([222]);
});

test('16 bits keep their upper eight', () => {
  expect(gray(Uint16Array.of(0, 255, 256, 65535), 1)).toEqual([0, 0, 1, 255]);
});

test('the gray values are new memory', () => {
  const data = Uint8Array.of(1, 2);
  const { pixels } = grayOf({ data, width: 2, height: 1, channels: 1 });
  data.fill(9);
  expect(Array.from(pixels)).toEqual([1, 2]);
});

const raw = { data: new Uint8Array(6), width: 3, height: 2, channels: 1 };
test.each<[object, string]>([
  [
    { ...raw, data: [1, 2, 3] },
    'the data of the raw image is an Array; expected one of Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array, Float64Array.',
  ],
  [{ ...raw, width: 1.5 }, 'the width of the raw image is 1.5; expected a whole number of at least 1.'],
  [{ ...raw, channels: 5 }, 'the raw image has 5 channels; expected 1 (gray), 2 (with alpha), 3 (RGB) or 4 (RGBA).'],
  [{ ...raw, channels: 3 }, 'the raw image has 6 values; expected 18 (3×2 pixels of 3).'],
  [
    { ...raw, data: Float32Array.of(0, 1, 0.5, 200, 0, 0) },
    'value 3 of the raw image is 200; expected fractions of white from 0 to 1 in a Float32Array.',
  ],
])('%j is refused', async (image, sentence) => {
  expect(await messageFrom(() => grayOf(image as RawImage))).toBe(sentence);
});
