/** Plain JPEGs are decoded without sharp, and parts of them, to sharp's values: it says what is right, to the last bit. */

import type sharp from 'sharp';
import { FacemarkError } from '../../../../lib/errors';
import { grayOf } from '../../../../lib/predict/image/by-vectors';
import type { RawImage } from '../../../../lib/predict/image/gray';
import { plainHeader } from '../../../../lib/predict/image/jpeg/header';
import { readImage, readPart } from '../../../../lib/predict/image/read-image';
import { messageFrom } from '../../../tiny-faces';
import { bySharp, cut, decoded, fixture, KINDS, partsOf, picture, SIZE } from './jpegs';

const SIZES = [[5, 3], [7, 9], [16, 16], [17, 33], [32, 31], SIZE, [129, 65]] as const;

const SAMPLINGS: readonly [string, 1 | 3, sharp.JpegOptions][] = [
  ['gray', 1, {}],
  ['with all colours', 3, { chromaSubsampling: '4:4:4' }],
  ['with a quarter of the colours', 3, { chromaSubsampling: '4:2:0' }],
];

test.each(SAMPLINGS)('a JPEG, %s, and its parts have the values that sharp gives', async (_, channels, options) => {
  for (const size of SIZES)
    for (const kind of KINDS)
      for (const [quality, optimiseCoding] of [
        [1, true],
        [40, false],
        [80, true],
        [100, false],
      ] as const) {
        const bytes = await picture(channels, size, kind)
          .jpeg({ ...options, quality, optimiseCoding })
          .toBuffer();
        const whole = (await bySharp(bytes)) as RawImage;
        expect(decoded(bytes)).toEqual(whole);
        for (const part of partsOf(size)) expect(decoded(bytes, { part })).toEqual(cut(whole, part));
      }
});

test.each(['4-2-2', '4-2-2-restarts', '4-2-0-restarts', '4-4-4-restarts', 'gray-restarts'])(
  'Pillow’s %s.jpg and its parts have the values that sharp gives',
  async (name) => {
    const bytes = fixture(name);
    const whole = (await bySharp(bytes)) as RawImage;
    expect(decoded(bytes)).toEqual(whole);
    for (const part of partsOf(SIZE)) expect(decoded(bytes, { part })).toEqual(cut(whole, part));
  },
);

test('gray values are those that its colours become', async () => {
  for (const kind of KINDS) {
    const bytes = await picture(3, [100, 75], kind).jpeg({ quality: 95 }).toBuffer();
    for (const part of partsOf([100, 75])) {
      const gray = grayOf(decoded(bytes, { part }) as RawImage);
      expect(decoded(bytes, { part, isGray: true })?.data).toEqual(gray.pixels);
    }
  }
});

test('whole photos and faces of larger ones come without sharp', async () => {
  const bytes = await picture(3, [640, 480]).jpeg().toBuffer();
  const whole = grayOf((await bySharp(bytes)) as RawImage);
  const large = await picture(3, [2560, 1920], 'flat').jpeg().toBuffer();
  await jest.isolateModulesAsync(async () => {
    jest.doMock('../../../../lib/predict/image/sharp', () => ({ inTurn: missing }));
    const { readImage, readPart } = require('../../../../lib/predict/image/read-image');
    expect(await readImage(bytes)).toEqual(whole);
    const { image, ...where } = await readPart(large, { x: 1000, y: 600, width: 700, height: 800 });
    expect(where).toEqual({ width: 2560, height: 1920, left: 999, top: 599 });
    expect([image.width, image.height]).toEqual([702, 802]);
    await expect(readImage(large)).rejects.toThrow('sharp is missing');
  });
});

function missing(): never {
  throw new FacemarkError('decoder', 'sharp is missing');
}

test('a JPEG of too many pixels is refused as ever, and sharp says what is wrong with a damaged one', async () => {
  const bytes = await picture(3, [640, 480]).jpeg().toBuffer();
  const box = { x: 200, y: 100, width: 100, height: 120 };
  expect(await messageFrom(() => readPart(bytes, box, { maxMegapixels: 0.3 }))).toBe(
    'the picture has 640×480 pixels; expected at most 0.3 megapixels (limits.maxMegapixels, --max-megapixels).',
  );
  expect(await messageFrom(() => readImage(bytes.subarray(0, 9000)))).toBe(
    'the picture is a cut off or damaged JPEG (VipsJpeg: premature end of JPEG image); save or copy it again.',
  );
});

test('where the engine has no vectors, all JPEGs are left to sharp', async () => {
  const bytes = await picture(3).jpeg().toBuffer();
  jest.isolateModules(() => {
    const loadWasm = () => {
      throw new Error('this engine has no WebAssembly SIMD');
    };
    jest.doMock('../../../../lib/backend/kernels/wasm-module', () => ({ loadWasm }));
    const { jpegPart } = require('../../../../lib/predict/image/jpeg/part');
    expect(jpegPart(bytes, plainHeader(bytes))).toBeUndefined();
  });
});
