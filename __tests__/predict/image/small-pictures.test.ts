/** Small PNGs are decoded without sharp, to sharp's values; parts of a photo are those of the whole. sharp says what is right. */

import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { cropFace } from '../../../lib/predict/image/by-vectors';
import type { RawImage } from '../../../lib/predict/image/gray';
import { readImage, readPart } from '../../../lib/predict/image/read-image';
import { smallPng } from '../../../lib/predict/image/small-png';
import { Random } from '../../../lib/random';

const SIZE = { width: 61, height: 47 };

/** Waves and grain, so that every filter of PNG has something to take off. */
function picture(channels: 1 | 3 | 4, size = SIZE): sharp.Sharp {
  const random = new Random(1, 'picture');
  const value = (i: number) => 128 + 90 * Math.sin(i / 40) + random.uniform(-20, 20);
  const pixels = Uint8Array.from({ length: size.width * size.height * channels }, (_, i) => value(i));
  const made = sharp(pixels, { raw: { ...size, channels } });
  return channels === 1 ? made.toColourspace('b-w') : made;
}

/** As sharp decodes it, with as many channels as the file has. */
async function bySharp(bytes: Buffer): Promise<RawImage> {
  const { channels } = await sharp(bytes).metadata();
  const space = (channels as number) < 3 ? 'b-w' : 'srgb';
  const { data, info } = await sharp(bytes).toColourspace(space).raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels: channels as 1 };
}

const plain = (image: RawImage | undefined) => image && { ...image, data: new Uint8Array(image.data as Uint8Array) };

test.each([
  ['gray', 1, {}],
  ['in colours', 3, {}],
  ['transparent', 4, {}],
  ['with every filter', 3, { adaptiveFiltering: true }],
  ['not packed', 1, { compressionLevel: 0 }],
] as const)('a small PNG, %s, has the values that sharp gives', async (_, channels, options) => {
  const bytes = await picture(channels).png(options).toBuffer();
  expect(plain(smallPng(bytes))).toEqual(await bySharp(bytes));
});

test.each<[string, () => Promise<Buffer>]>([
  ['a palette', () => picture(3).png({ palette: true }).toBuffer()],
  ['interlacing', () => picture(3).png({ progressive: true }).toBuffer()],
  ['16 bits', () => picture(3).toColourspace('rgb16').png().toBuffer()],
  ['a profile', () => picture(3).withIccProfile('p3').png().toBuffer()],
  ['an orientation', () => picture(3).withMetadata({ orientation: 6 }).png().toBuffer()],
  ['more than 65,536 pixels', () => picture(1, { width: 257, height: 256 }).png().toBuffer()],
  ['its end missing', async () => (await picture(3).png().toBuffer()).subarray(0, -5)],
  ['a byte changed', async () => changed(await picture(3).png().toBuffer(), 1000)],
  ['a comment between its pixels', async () => interrupted(await picture(3).png().toBuffer())],
  ['more than 128 chunks', async () => filled(await picture(1).png().toBuffer(), 33, pngComment(), 125)],
  ['more than 512 KiB', async () => filled(await picture(3).png().toBuffer(), 33, pngComment(2 ** 19), 1)],
])('a PNG with %s is left to sharp', async (_, make) => {
  expect(smallPng(await make())).toBeUndefined();
});

test('a PNG with 128 chunks is not', async () => {
  const bytes = filled(await picture(1).png().toBuffer(), 33, pngComment(), 124); // beside its own four
  expect(smallPng(bytes)).toMatchObject({ ...SIZE, channels: 1 });
});

function changed(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] as number) ^ 0xff;
  return bytes;
}

/** A chunk tEXt of so many zeros. */
function pngComment(bytes = 0): Buffer {
  const chunk = Buffer.alloc(bytes + 12);
  chunk.writeUInt32BE(bytes);
  chunk.write('tEXt', 4);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), bytes + 8);
  return chunk;
}

function filled(bytes: Buffer, at: number, piece: Buffer, times: number): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(piece.length * times, piece), bytes.subarray(at)]);
}

/** Its one IDAT as two, and a comment between them. */
function interrupted(bytes: Buffer): Buffer {
  const at = bytes.indexOf('IDAT');
  const data = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4));
  const halves = [data.subarray(0, 100), data.subarray(100)].map((half) => {
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('IDAT'), half, Buffer.alloc(4)]);
    chunk.writeUInt32BE(half.length, 0);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    return chunk;
  });
  const [first, second] = halves as [Buffer, Buffer];
  const end = bytes.subarray(at + 8 + data.length);
  return Buffer.concat([bytes.subarray(0, at - 4), first, pngComment(), second, end]);
}

test('a crop of the part that a box needs is that of the whole photo, whichever way it was taken', async () => {
  const boxes = [
    { x: 100, y: 90, width: 120, height: 110 },
    { x: -20, y: -10, width: 150, height: 300 },
    { x: 250, y: 200, width: 200, height: 200 },
    { x: 150.25, y: 30.5, width: 40.5, height: 50.75 }, // enlarged, between the pixels
  ];
  for (const orientation of [undefined, 1, 3, 6, 8]) {
    const photo = picture(3, { width: 320, height: 280 });
    const bytes = await (orientation ? photo.withMetadata({ orientation }) : photo).jpeg().toBuffer();
    const whole = await readImage(bytes);
    for (const box of boxes) {
      const { width, height, ...part } = await readPart(bytes, box);
      expect({ width, height }).toEqual({ width: whole.width, height: whole.height });
      expect(cropFace(part.image, box, 96, 96, part).pixels).toEqual(cropFace(whole, box, 96, 96).pixels);
      expect(part.image.pixels.length).toBeLessThan(whole.pixels.length);
    }
  }
});
