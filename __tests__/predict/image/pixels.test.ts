/** Gray and sums by vectors are those of `luma.ts` and `resize.ts`, whose own numbers are tested beside this. */

import fc from 'fast-check';
import type { GrayImage } from '../../../lib/predict/image/gray';
import { lumaOf } from '../../../lib/predict/image/luma';
import { lumaByVectors } from '../../../lib/predict/image/luma-by-vectors';
import { resizeBox, type Summing } from '../../../lib/predict/image/resize';
import { sumByVectors } from '../../../lib/predict/image/sums-by-vectors';
import { Random } from '../../../lib/random';

test('all 16,777,216 colours have the gray of the formula', () => {
  const rgb = new Uint8Array(3 * 2 ** 24);
  for (let colour = 0; colour < 2 ** 24; colour++) {
    rgb[3 * colour] = colour >> 16;
    rgb[3 * colour + 1] = colour >> 8;
    rgb[3 * colour + 2] = colour;
  }
  expect(Buffer.compare(lumaByVectors(rgb) as Uint8Array, lumaOf(rgb, 3))).toBe(0);
});

test.each([1, 15, 16, 17, 16_383, 16_384, 16_385, 40_001])('%i pixels are as many gray values', (count) => {
  const rgb = noise(3 * count);
  expect(lumaByVectors(rgb)).toEqual(lumaOf(rgb, 3));
});

const side = fc.integer({ min: 1, max: 70 });
const place = fc.oneof(fc.integer({ min: -40, max: 80 }), fc.double({ min: -40, max: 80, noNaN: true }));
const length = fc.oneof(
  fc.integer({ min: 1, max: 150 }),
  fc.double({ min: 0.01, max: 150, noNaN: true }),
  fc.constant(1e9),
);

test('a box has the same values, wherever it lies, whatever becomes larger or smaller', () => {
  const box = fc.record({ x: place, y: place, width: length, height: length });
  fc.assert(
    fc.property(side, side, box, side, side, (width, height, box, columns, rows) => {
      const image = { width, height, pixels: noise(width * height) };
      const [faster, seen] = watched();
      expect(resizeBox(image, box, columns, rows, faster)).toEqual(resizeBox(image, box, columns, rows));
      const isCut = box.width === columns && box.height === rows && Number.isInteger(box.x) && Number.isInteger(box.y);
      expect(seen.length === 1 || isCut).toBe(true);
    }),
    { numRuns: 500, seed: 1 },
  );
});

/** The faster sums, and what they gave. */
function watched(): [Summing, Uint8Array[]] {
  const seen: Uint8Array[] = [];
  const faster: Summing = (...args) => {
    const sums = sumByVectors(...args);
    if (sums) seen.push(sums);
    return sums;
  };
  return [faster, seen];
}

test('a picture that does not fit in 16 MiB is left to resize.ts', () => {
  const image: GrayImage = { width: 4096, height: 4096, pixels: new Uint8Array(2 ** 24) };
  const [faster, seen] = watched();
  expect(resizeBox(image, { x: 0, y: 0, width: 4096, height: 4096 }, 2, 2, faster)).toEqual(new Uint8Array(4));
  expect(seen).toEqual([]);
});

test('where the engine has no vectors, or the module is missing, nothing is computed', () => {
  jest.isolateModules(() => {
    const loadWasm = () => {
      throw new Error('this engine has no WebAssembly SIMD');
    };
    jest.doMock('../../../lib/backend/kernels/wasm-module', () => ({ loadWasm }));
    const { lumaByVectors } = require('../../../lib/predict/image/luma-by-vectors');
    const { sumByVectors } = require('../../../lib/predict/image/sums-by-vectors');
    expect(lumaByVectors(new Uint8Array(3))).toBeUndefined();
    expect(sumByVectors({ width: 1, height: 1, pixels: new Uint8Array(1) }, [], [])).toBeUndefined();
  });
});

function noise(count: number): Uint8Array {
  const random = new Random(1, 'noise');
  return Uint8Array.from({ length: count }, () => random.uniform(0, 256));
}
