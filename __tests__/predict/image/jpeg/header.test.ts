/** The size of a plain JPEG is read from its header, where sharp would begin to open the file; sharp says what is right. */

import sharp from 'sharp';
import { plainHeader } from '../../../../lib/predict/image/jpeg/header';
import { readPart } from '../../../../lib/predict/image/read-image';
import { messageFrom } from '../../../tiny-faces';

const photo = (channels: 1 | 3 = 3) => {
  const made = sharp(Buffer.alloc(300 * 280 * channels, 90), { raw: { width: 300, height: 280, channels } });
  return channels === 1 ? made.toColourspace('b-w') : made;
};

test.each<[string, 1 | 3, sharp.JpegOptions]>([
  ['gray', 1, {}],
  ['in colours', 3, {}],
  ['progressive', 3, { progressive: true }],
])('a plain JPEG, %s, has the size of its frame', async (_, channels, options) => {
  const bytes = await photo(channels).jpeg(options).toBuffer();
  expect(plainHeader(bytes)?.frame).toEqual({ width: 300, height: 280, channels });
});

test.each<[string, () => Promise<Buffer>]>([
  ['of four inks', () => photo().toColourspace('cmyk').jpeg().toBuffer()],
  ['with a profile', () => photo().withIccProfile('p3').jpeg().toBuffer()],
  ['that lies on its side', () => photo().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['that ends in its header', async () => (await photo().jpeg().toBuffer()).subarray(0, 180)],
  ['without a frame', async () => withFrames(await photo().jpeg().toBuffer(), [])],
  ['with more than 256 KiB before its pixels', async () => filled(await photo().jpeg().toBuffer(), 66_000)],
  ['with a hundred tables before its pixels', async () => filled(await photo().jpeg().toBuffer(), 100, 'ffdb0002')],
  ['of no height', async () => withFrames(await photo().jpeg().toBuffer(), [[300, 0]])],
])('a JPEG %s is not plain', async (_, make) => {
  expect(plainHeader(await make())).toBeUndefined();
});

const box = { x: 20, y: 20, width: 90, height: 90 };

test.each<[string, [number, number][], string]>([
  [
    'two frames',
    [
      [300, 280],
      [200, 100],
    ],
    'the picture is a cut off or damaged JPEG (VipsJpeg: Invalid JPEG file structure: two SOF markers); save or copy it again.',
  ],
  [
    'a frame of 65,000×65,000',
    [[65_000, 65_000]],
    'the picture has 65000×65000 pixels; expected at most 64 megapixels (limits.maxMegapixels, --max-megapixels).',
  ],
])('a JPEG with %s is refused', async (_, frames, sentence) => {
  const bytes = withFrames(await photo().jpeg().toBuffer(), frames);
  expect(await messageFrom(() => readPart(bytes, box))).toBe(sentence);
});

/** A JPEG with frames of these sizes in place of its one. */
function withFrames(bytes: Buffer, sizes: readonly (readonly [width: number, height: number])[]): Buffer {
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  const end = at + 2 + bytes.readUInt16BE(at + 2);
  const frames = sizes.map(([width, height]) => {
    const frame = Buffer.from(bytes.subarray(at, end));
    frame.writeUInt16BE(height, 5);
    frame.writeUInt16BE(width, 7);
    return frame;
  });
  return Buffer.concat([bytes.subarray(0, at), ...frames, bytes.subarray(end)]);
}

/** So many empty segments after its first two bytes: comments, if nothing else is said. */
function filled(bytes: Buffer, count: number, segment = 'fffe0002'): Buffer {
  return Buffer.concat([bytes.subarray(0, 2), Buffer.alloc(4 * count, segment, 'hex'), bytes.subarray(2)]);
}
