/** Pictures of every kind, made here by sharp, and every way in which they can be broken. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { FacemarkError } from '../../../lib/errors';
import { IMAGE_LIMITS } from '../../../lib/predict/image/limits';
import type { ImageInput } from '../../../lib/predict/image/open-image';
import { readImage } from '../../../lib/predict/image/read-image';
import { Random } from '../../../lib/random';
import { emptyFolder } from '../../child';
import { messageFrom } from '../../tiny-faces';

const cwd = emptyFolder();
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(cwd, name), content);
  return join(cwd, name);
};
const ascii = (text: string, ...bytes: number[]) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from(bytes)]);

/** Four quarters, each of one colour, so that a lossy format keeps their middles: gray 29, 76, 150 and 226. */
const QUARTERS = { blue: '#0000ff', red: '#ff0000', green: '#00ff00', yellow: '#ffff00' };
const SIZE = { width: 96, height: 64 };
function quarters(): sharp.Sharp {
  const [width, height] = [SIZE.width / 2, SIZE.height / 2];
  const tiles = Object.values(QUARTERS).map((background, i) => ({
    input: { create: { width, height, channels: 3 as const, background } },
    left: (i % 2) * width,
    top: Math.floor(i / 2) * height,
  }));
  return sharp({ create: { ...SIZE, channels: 3, background: 'black' } }).composite(tiles);
}

/** The gray values in the middle of the four quarters. */
async function middles(input: ImageInput): Promise<number[]> {
  const { width, height, pixels } = await readImage(input);
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => pixels[Math.floor(y * height) * width + Math.floor(x * width)] as number),
  );
}

// By pencil from the luma: 0.114·255, 0.299·255, 0.587·255, 0.886·255.
const GRAYS = [29, 76, 150, 226];
const NEAR = 4; // gray values that a lossy format may be off

test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)(
  '%s is known by its bytes, whatever its name',
  async (format) => {
    const bytes = await quarters().toFormat(format).toBuffer();
    const path = file(`${format} with another.txt`, bytes);
    for (const input of [bytes, new Uint8Array(bytes), path, pathToFileURL(path)]) {
      expect(await readImage(input)).toMatchObject(SIZE);
      for (const [i, value] of (await middles(input)).entries())
        expect(Math.abs(value - (GRAYS[i] as number))).toBeLessThanOrEqual(NEAR);
    }
  },
);

test.each([
  ['bytes', ascii('P5\n# a comment\n3 2 255\n', 0, 1, 2, 253, 254, 255), [0, 1, 2, 253, 254, 255]],
  ['bytes below 255', ascii('P5 3 1 15\n', 0, 1, 15), [0, 17, 255]],
  ['16 bits', ascii('P5 2 1 65535\n', 0x80, 0, 0xff, 0xff), [128, 255]],
  ['text', ascii('P2\n#c\n2 2\n3\n0 1 # c\n2\n3\n'), [0, 85, 170, 255]],
  ['text that ends with its last digit', ascii('P2 2 1 15 0 15'), [0, 255]],
])('PGM in %s', async (_, bytes, values) => {
  expect(Array.from((await readImage(bytes)).pixels)).toEqual(values);
});

test('all eight EXIF orientations of one picture are the same picture', async () => {
  const upright = await quarters().raw().toBuffer();
  const { width: w, height: h } = SIZE;
  // Where the upright pixel (x, y) is stored, as [row, column]: EXIF 2.32, tag 274, says which sides row 0 and column 0 are.
  const places: ((x: number, y: number) => [number, number])[] = [
    (x, y) => [y, x], // top, left
    (x, y) => [y, w - 1 - x], // top, right
    (x, y) => [h - 1 - y, w - 1 - x], // bottom, right
    (x, y) => [h - 1 - y, x], // bottom, left
    (x, y) => [x, y], // left, top
    (x, y) => [w - 1 - x, y], // right, top
    (x, y) => [w - 1 - x, h - 1 - y], // right, bottom
    (x, y) => [x, h - 1 - y], // left, bottom
  ];
  for (const [i, place] of places.entries()) {
    const [width, height] = i < 4 ? [w, h] : [h, w];
    const stored = Buffer.alloc(upright.length);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const [row, column] = place(x, y);
        upright.copy(stored, (row * width + column) * 3, (y * w + x) * 3, (y * w + x + 1) * 3);
      }
    const image = sharp(stored, { raw: { width, height, channels: 3 } }).withMetadata({ orientation: i + 1 });
    const bytes = await image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    expect(await readImage(bytes)).toMatchObject(SIZE);
    expect([i + 1, await middles(bytes)]).toEqual([i + 1, GRAYS]);
  }
});

describe('one colour, 200 50 20, luma 91', () => {
  const flat = (alpha = 1) =>
    sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 200, g: 50, b: 20, alpha } } });
  const first = async (bytes: Uint8Array) => (await readImage(bytes)).pixels[0];

  test('with a palette, of 16 bits, with a profile', async () => {
    expect(await first(await flat().png({ palette: true }).toBuffer())).toBe(91);
    expect(await first(await flat().toColourspace('rgb16').png().toBuffer())).toBe(91);
    const p3 = await flat().withIccProfile('p3').png().toBuffer(); // other numbers in the file for the same colour
    expect(await first(p3)).toBe(91);
  });

  // (91.43·51 + 255·204)/255 = 222.3
  test('transparent by four fifths it lies over white', async () => {
    expect(await first(await flat(0.2).png().toBuffer())).toBe(222);
    expect(await first(await flat(0.2).webp({ lossless: true }).toBuffer())).toBe(222);
  });

  test('as CMYK, which cannot hold every colour, within a few gray values', async () => {
    const cmyk = await flat().removeAlpha().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    expect(Math.abs(((await first(cmyk)) as number) - 91)).toBeLessThanOrEqual(8);
  });

  test('the first frame of an animation counts', async () => {
    const frames = await Promise.all(
      [flat(), sharp({ create: { width: 4, height: 4, channels: 3, background: 'white' } })].map((f) =>
        f.removeAlpha().png().toBuffer(),
      ),
    );
    const animated = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    expect(await readImage(animated)).toMatchObject({ width: 4, height: 4 });
    expect(await first(animated)).toBe(91);
  });

  // libavif writes a sequence with the main brand avis, and its first picture as that of a still one.
  test('an AVIF that calls itself a sequence is read as the picture that it begins with', async () => {
    const still = await flat().removeAlpha().avif({ lossless: true }).toBuffer();
    const sequence = Buffer.from(still);
    sequence.write('avis', 8, 'latin1');
    expect(await readImage(sequence)).toEqual(await readImage(still));
    expect(sequence.toString('latin1', 8, 12)).toBe('avis'); // the caller's bytes stay as they are
  });

  test('a TIFF of fractions is refused: which of them is white, it does not say', async () => {
    const tiff = await flat().tiff({ compression: 'lzw', predictor: 'float' }).toBuffer();
    expect((await sharp(tiff).metadata()).depth).toBe('float');
    expect(await messageFrom(() => readImage(tiff))).toBe(
      'the picture has values of the kind float; expected 8 or 16 bits without a sign: save it as PNG.',
    );
  });
});

test('raw pixels are taken as they are', async () => {
  const raw = { data: Uint8Array.of(200, 50, 20, 255, 255, 255), width: 2, height: 1, channels: 3 } as const;
  expect(Array.from((await readImage(raw)).pixels)).toEqual([91, 255]);
});

/** A PNG of one gray channel that says it has a size, and has these bytes of pixels. */
function png(width: number, height: number, pixels: Buffer): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    ascii('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test.each<[string, Uint8Array | string, string]>([
  ['empty.jpg', '', 'is empty; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.'],
  ['text.png', 'a letter, no picture', 'is text; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.'],
  [
    'page.jpg',
    '\n<!DOCTYPE html><html>404</html>',
    'is a web page, probably downloaded from a wrong address; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.',
  ],
  [
    'drawing.svg',
    '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>',
    'is an SVG drawing: save it as PNG; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.',
  ],
  [
    'phone.heic',
    ascii('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
    'is a HEIC picture: save it as JPEG; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.',
  ],
  [
    'noise.jpg',
    Uint8Array.from({ length: 100 }, (_, i) => i),
    'is no picture that facemark knows; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.',
  ],
  [
    'huge.png',
    png(50_000, 50_000, Buffer.alloc(1000)),
    'has 50000×50000 pixels; expected at most 64 megapixels (limits.maxMegapixels, --max-megapixels).',
  ],
  [
    'huge.pgm',
    'P5 50000 50000 255\n',
    'has 50000×50000 pixels; expected at most 64 megapixels (limits.maxMegapixels, --max-megapixels).',
  ],
  ['short.pgm', 'P5 50 50 255\nabc', 'is cut off; expected a whole PGM: save or copy it again.'],
  ['few.pgm', 'P2 2 2 15 0 15 3', 'is cut off; expected a whole PGM: save or copy it again.'],
  ['none.pgm', 'P2 2 1 15 0 ', 'is cut off; expected a whole PGM: save or copy it again.'],
  ['head.pgm', 'P5 50 ', 'is cut off; expected a whole PGM: save or copy it again.'],
  [
    'bright.pgm',
    'P2 2 1 9 5 10 ',
    'has the value 10 and says that 9 is its largest; expected a whole PGM: save or copy it again.',
  ],
  [
    'words.pgm',
    'P5 wide high 255\n',
    'has no whole number at byte 3, where one was expected; expected a whole PGM: save or copy it again.',
  ],
  [
    'flat.pgm',
    'P5 0 5 255\n',
    'has the header 0×5, largest value 255; expected sizes of at least 1 and a value from 1 to 65535; expected a whole PGM: save or copy it again.',
  ],
])('%s is refused in a sentence that names it', async (name, content, sentence) => {
  const path = file(name, content);
  expect(await messageFrom(() => readImage(path))).toBe(`${path} ${sentence}`);
});

test('a PNG whose pixels are a bomb is refused before they are unpacked, one that lies about them after', async () => {
  const bomb = png(20_000, 20_000, Buffer.alloc(20_001 * 200)); // says 400 million pixels
  expect(await messageFrom(() => readImage(bomb))).toBe(
    'the picture has 20000×20000 pixels; expected at most 64 megapixels (limits.maxMegapixels, --max-megapixels).',
  );
  const liar = png(3000, 3000, Buffer.alloc(1000));
  expect(await messageFrom(() => readImage(liar))).toMatch(
    /^the picture is a cut off or damaged PNG \(.+\); save or copy it again\.$/,
  );
});

test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)(
  'a %s that is cut off is refused wherever it was cut',
  async (format) => {
    const noise = sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: 'gray',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    });
    const bytes = await noise.toFormat(format).toBuffer();
    for (const share of [0.05, 0.3, 0.6, 0.9, 0.98]) {
      const message = await messageFrom(() => readImage(bytes.subarray(0, Math.floor(bytes.length * share))));
      expect(message).toMatch(
        /^the picture is a cut off or damaged (JPEG|PNG|WebP|GIF|TIFF|AVIF) \([^\n]*[a-z]{2}[^\n]*\); save or copy it again\.$/,
      );
    }
  },
);

test('limits are options: bytes and megapixels', async () => {
  const bytes = await quarters().png().toBuffer();
  const path = file('small.png', bytes);
  expect(await messageFrom(() => readImage(path, { maxBytes: 100 }))).toBe(
    `${path} has ${bytes.length} bytes; expected at most 100 (limits.maxBytes, --max-bytes).`,
  );
  expect(await messageFrom(() => readImage(bytes, { maxMegapixels: 0.006 }))).toBe(
    'the picture has 96×64 pixels; expected at most 0.006 megapixels (limits.maxMegapixels, --max-megapixels).',
  );
  expect(await readImage(bytes, { maxMegapixels: 0.0062, maxBytes: undefined })).toMatchObject(SIZE);
  expect(await messageFrom(() => readImage(bytes, { maxBytes: 0 }))).toBe(
    'maxBytes is 0; expected a whole number of at least 1.',
  );
  expect(Object.isFrozen(IMAGE_LIMITS)).toBe(true);
});

test('what cannot be opened is said in a sentence', async () => {
  mkdirSync(join(cwd, 'folder'));
  execFileSync('mkfifo', [join(cwd, 'pipe.jpg')]);
  const sentences: [ImageInput, string][] = [
    [join(cwd, 'nowhere.jpg'), `there is no file ${join(cwd, 'nowhere.jpg')}; check the path.`],
    [join(cwd, 'folder'), `${join(cwd, 'folder')} is a folder; expected a picture.`],
    [join(cwd, 'pipe.jpg'), `${join(cwd, 'pipe.jpg')} is no file but a device or a pipe; expected a picture.`],
    [
      new URL('https://example.org/a.jpg'),
      'https://example.org/a.jpg is no file address; expected file:///…, or the bytes: fetch them first.',
    ],
    [
      7 as never,
      'the picture is 7; expected a path, the bytes of a file (Uint8Array), or raw pixels { data, width, height, channels }.',
    ],
  ];
  for (const [input, sentence] of sentences) expect(await messageFrom(() => readImage(input))).toBe(sentence);
});

test('pictures with random bytes changed are read or refused in one sentence, and nothing else happens', async () => {
  const random = new Random(1, 'broken pictures');
  const pixels = Uint8Array.from({ length: 48 * 40 * 3 }, () => random.uniform(0, 256));
  const noise = sharp(pixels, { raw: { width: 48, height: 40, channels: 3 } });
  const formats = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;
  const originals = await Promise.all(formats.map((format) => noise.clone().toFormat(format).toBuffer()));
  originals.push(ascii('P5 48 40 255\n', ...Array(48 * 40).fill(9)), ascii(`P2 4 4 9 ${'1 '.repeat(16)}`));
  for (let i = 0; i < 800; i++) {
    const bytes = Buffer.from(originals[i % originals.length] as Buffer);
    const among = random.chance(0.5) ? Math.min(200, bytes.length) : bytes.length; // the header, or anywhere
    for (let change = 0; change < 8; change++) bytes[Math.floor(random.uniform(0, among))] = random.uniform(0, 256);
    const thrown = await readImage(bytes).then(
      () => undefined,
      (error: unknown) => error as FacemarkError,
    );
    if (thrown) expect([thrown.name, thrown.message.includes('\n')]).toEqual(['FacemarkError', false]);
  }
});
