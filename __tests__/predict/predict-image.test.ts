import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import type { FacemarkError } from '../../lib/errors';
import { buildModel } from '../../lib/model/build-model';
import type { Detector } from '../../lib/predict/cut-faces';
import type { RawImage } from '../../lib/predict/image/gray';
import type { ImageInput } from '../../lib/predict/image/open-image';
import { type FaceNetwork, imagePredictor } from '../../lib/predict/predict-image';
import { createPredictor, type Predictor } from '../../lib/predict/predictor';
import { prepare } from '../../lib/prepare/prepare';
import { emptyFolder } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

const cwd = emptyFolder();
const SIZE = 96;

/** A network whose one landmark is the middle of what is bright: Σ gray·(x, y) / Σ gray. */
const brightSpot: FaceNetwork = {
  width: SIZE,
  height: SIZE,
  predictFaces: async (pixels) =>
    Array.from({ length: pixels.length / SIZE ** 2 }, (_, face) => {
      let [sum, x, y] = [0, 0, 0];
      for (let i = 0; i < SIZE ** 2; i++) {
        const gray = pixels[face * SIZE ** 2 + i] as number;
        [sum, x, y] = [sum + gray, x + gray * (i % SIZE), y + gray * Math.floor(i / SIZE)];
      }
      return { spot: { x: x / sum, y: y / sum } };
    }),
};
const { predictImage, predictImages } = imagePredictor(brightSpot);

/** A black picture with a white square of `side` pixels around (x, y), the centre of the first pixel at (0, 0). */
function dot(width: number, height: number, x: number, y: number, side: number): sharp.Sharp {
  const [left, top] = [x - (side - 1) / 2, y - (side - 1) / 2];
  const input = { create: { width: side, height: side, channels: 3 as const, background: 'white' } };
  return sharp({ create: { width, height, channels: 3, background: 'black' } }).composite([{ input, left, top }]);
}

describe('a dot at a known place is found within half a pixel', () => {
  const spotOf = async (image: ImageInput, options = {}) => {
    const { faces, ...size } = await predictImage(image, options);
    return { ...size, spot: faces[0]?.landmarks.spot };
  };

  test('in a picture of 200×50, whose axes have different factors', async () => {
    const { spot, ...size } = await spotOf(await dot(200, 50, 131, 37, 5).png().toBuffer());
    expect(size).toEqual({ width: 200, height: 50 });
    expect(Math.hypot((spot?.x ?? 0) - 131, (spot?.y ?? 0) - 37)).toBeLessThan(0.5);
  });

  test('in a picture that EXIF turns by a quarter, in the pixels of the upright one', async () => {
    // Orientation 6: row 0 is the right side, column 0 the top; the stored (x, y) is (h − 1 − y, x) upright, h = 50.
    const stored = await dot(200, 50, 131, 37, 5).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const { spot, ...size } = await spotOf(stored);
    expect(size).toEqual({ width: 50, height: 200 });
    expect(Math.hypot((spot?.x ?? 0) - 12, (spot?.y ?? 0) - 131)).toBeLessThan(0.5);
  });

  test('in one of 12 megapixels, where a pixel of the network covers 1302 of the photo', async () => {
    const { spot } = await spotOf(await dot(4000, 3000, 3001, 1234, 9).png().toBuffer());
    expect(Math.hypot((spot?.x ?? 0) - 3001, (spot?.y ?? 0) - 1234)).toBeLessThan(4000 / SIZE / 2); // half a pixel of the network
    const near = { x: 2950.25, y: 1180.5, width: 110, height: 96 }; // in a box of its size: half a pixel of the photo
    const { spot: found } = await spotOf(await dot(4000, 3000, 3001, 1234, 9).jpeg().toBuffer(), { box: near });
    expect(Math.hypot((found?.x ?? 0) - 3001, (found?.y ?? 0) - 1234)).toBeLessThan(0.5);
  });

  test('in a box beyond the edges', async () => {
    const box = { x: -40, y: 20, width: 120, height: 60 };
    const { spot } = await spotOf(await dot(200, 50, 11, 31, 5).png().toBuffer(), { box });
    expect(Math.hypot((spot?.x ?? 0) - 11, (spot?.y ?? 0) - 31)).toBeLessThan(0.5);
  });
});

describe('a detector', () => {
  const two = [
    { x: 0, y: 0, width: 50, height: 50 },
    { x: 100, y: 0, width: 50, height: 50 },
  ];

  test('sees the upright gray photo; each of its boxes becomes a face', async () => {
    const seen: unknown[] = [];
    const detector: Detector = async ({ width, height, pixels }) => {
      seen.push(width, height, pixels[37 * 200 + 131]);
      return two;
    };
    const { faces } = await predictImage(await dot(200, 50, 131, 37, 5).png().toBuffer(), { detector });
    expect(seen).toEqual([200, 50, 255]);
    expect(faces.map(({ box }) => box)).toEqual(two);
    expect(faces[1]?.landmarks.spot?.x).toBeCloseTo(131, 1);
  });

  test('may find nothing', async () => {
    const image = await dot(200, 50, 131, 37, 5).png().toBuffer();
    expect(await predictImage(image, { detector: () => [] })).toEqual({ width: 200, height: 50, faces: [] });
  });

  const raw: RawImage = { data: new Uint8Array(4), width: 2, height: 2, channels: 1 };
  test.each<[unknown, string]>([
    [
      () => {
        throw new Error('no weights');
      },
      'the detector failed on the raw image: no weights.',
    ],
    [
      () => ({ x: 0 }),
      'the detector returned an Object for the raw image; expected an array of boxes { x, y, width, height }.',
    ],
    [
      () => [{ x: 0, y: 0, width: 1 }],
      'the raw image: the box is {"x":0,"y":0,"width":1}; expected numbers x, y, width and height in pixels, the last two above 0.',
    ],
    ['pico', 'the detector is pico; expected a function: photo → boxes.'],
  ])('that is none, or fails, is said in a sentence', async (detector, sentence) => {
    expect(await messageFrom(() => predictImage(raw, { detector: detector as Detector }))).toBe(sentence);
  });

  test('and a box at once are one too many', async () => {
    expect(await messageFrom(() => predictImage(raw, { detector: () => [], box: two[0] }))).toBe(
      'there is a box and a detector; expected one of the two to say where faces are.',
    );
  });
});

describe('many photos', () => {
  test('come back in order, and a bad one ends nothing', async () => {
    const good = await Promise.all([20, 40, 60, 80, 100].map((x) => dot(200, 50, x, 25, 5).png().toBuffer()));
    const path = join(cwd, 'no photo.jpg');
    writeFileSync(path, 'text');
    async function* source(): AsyncGenerator<ImageInput> {
      yield good[0] as Buffer;
      yield path;
      yield* good.slice(1);
      yield 'nowhere.jpg';
    }
    const results: unknown[] = [];
    for await (const { image, prediction, error } of predictImages(source())) {
      expect(image).toBeDefined();
      results.push(error ? error.message : Math.round(prediction?.faces[0]?.landmarks.spot?.x ?? 0));
    }
    expect(results).toEqual([
      20,
      `${path} is text; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.`,
      ...[40, 60, 80, 100],
      'there is no file nowhere.jpg; check the path.',
    ]);
  });

  test('are a list: one path or one picture is refused', async () => {
    for (const [one, found] of [
      ['photo.jpg', 'a text'],
      [new Uint8Array(3), 'a Uint8Array'],
    ] as const)
      expect(await messageFrom(() => predictImages(one as never).next())).toBe(
        `the images are ${found}; expected a list of pictures: predictImage takes one.`,
      );
  });

  test('do not begin with limits that are none', async () => {
    expect(await messageFrom(() => predictImages([], { limits: { maxBytes: -1 } }).next())).toBe(
      'maxBytes is -1; expected a whole number of at least 1.',
    );
  });

  test('end at the signal', async () => {
    const controller = new AbortController();
    const image = { data: new Uint8Array(4), width: 2, height: 2, channels: 1 } as const;
    const run = async () => {
      for await (const _ of predictImages(Array(9).fill(image), { signal: controller.signal })) controller.abort();
    };
    const thrown = (await run().catch((error: unknown) => error)) as FacemarkError;
    expect([thrown.code, thrown.message]).toEqual(['aborted', 'the prediction was stopped before it had a result.']);
  });
});

describe('a predictor', () => {
  let predictor: Predictor;
  beforeAll(async () => {
    await useBackend('cpu');
    const data = prepare(tinyFaces({ count: 20 }));
    predictor = createPredictor(buildModel({ inputs: 64, hiddenUnits: 5 }), data);
    data.dispose();
  });
  afterAll(() => predictor.dispose());

  test('answers for a photo of its own size as for the pixels', async () => {
    const pixels = tinyFaces({ count: 1 }).pixels;
    const image = { data: pixels, width: 8, height: 8, channels: 1 } as const;
    expect(await predictor.predictImage(image)).toEqual({
      width: 8,
      height: 8,
      faces: [{ box: { x: 0, y: 0, width: 8, height: 8 }, landmarks: await predictor.predict(pixels) }],
    });
  });

  test('leaves no tensor behind, failed photos included', async () => {
    const image = { data: new Uint8Array(64), width: 8, height: 8, channels: 1 } as const;
    await predictor.predictImage(image);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 1000; i++) await predictor.predictImage(image);
    await messageFrom(() => predictor.predictImage('nowhere.jpg'));
    await messageFrom(() => predictor.predictImage(image, { box: { x: 9, y: 9, width: 1, height: 1 } }));
    expect(tf.memory().numTensors).toBe(before);
  });
});
