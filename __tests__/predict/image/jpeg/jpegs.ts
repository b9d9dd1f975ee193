/** Pictures as JPEGs, decoded by sharp, which says what is right, and by ours. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { RawImage } from '../../../../lib/predict/image/gray';
import { plainHeader } from '../../../../lib/predict/image/jpeg/header';
import { jpegPart, type Wanted } from '../../../../lib/predict/image/jpeg/part';
import type { Part } from '../../../../lib/predict/image/jpeg/planes';
import { Random } from '../../../../lib/random';

export type Kind = 'waves' | 'noise' | 'flat';
export const KINDS: readonly Kind[] = ['waves', 'noise', 'flat'];
/** Of the fixtures, width and height. */
export const SIZE = [61, 47] as const;

/** Waves and grain, nothing but noise, or one colour. */
export function picture(channels: 1 | 3, [width, height]: readonly [number, number] = SIZE, kind: Kind = 'waves') {
  const random = new Random(1, 'picture');
  const values: Readonly<Record<Kind, (i: number) => number>> = {
    waves: (i) => 128 + 90 * Math.sin(i / 40) + random.uniform(-20, 20),
    noise: () => random.uniform(0, 255),
    flat: (i) => 60 + 50 * (i % channels),
  };
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => values[kind](i));
  const made = sharp(pixels, { raw: { width, height, channels } });
  return channels === 1 ? made.toColourspace('b-w') : made;
}

/** As sharp decodes it, with as many channels as the file has; of a damaged file what there is, or the error. */
export async function bySharp(
  bytes: Buffer,
  part?: Part,
  failOn: 'error' | 'none' = 'error',
): Promise<RawImage | string> {
  try {
    const channels = (await sharp(bytes).metadata()).channels as 1 | 3;
    const read = sharp(bytes, { failOn }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
    if (part) read.extract(part);
    const { data, info } = await read.raw().toBuffer({ resolveWithObject: true });
    return { data: new Uint8Array(data), width: info.width, height: info.height, channels };
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

/** As ours decodes it. */
export function decoded(bytes: Buffer, wanted?: Wanted): RawImage | undefined {
  const header = plainHeader(bytes);
  return header && jpegPart(bytes, header, wanted);
}

/** Parts of a picture: corners, one pixel, a row, a column, and some anywhere. */
export function partsOf([width, height]: readonly [number, number]): Part[] {
  const random = new Random(1, 'parts');
  const [w, h] = [Math.ceil(width / 3), Math.ceil(height / 3)];
  const corners = [0, width - w].flatMap((left) => [0, height - h].map((top) => ({ left, top, width: w, height: h })));
  const [middle, centre] = [Math.floor(width / 2), Math.floor(height / 2)];
  const thin = [
    { left: middle, top: centre, width: 1, height: 1 },
    { left: 0, top: centre, width, height: 1 },
    { left: middle, top: 0, width: 1, height },
    { left: 0, top: 0, width, height },
  ];
  const others = Array.from({ length: 6 }, () => {
    const [left, top] = [random.below(width), random.below(height)];
    return { left, top, width: 1 + random.below(width - left), height: 1 + random.below(height - top) };
  });
  return [...corners, ...thin, ...others];
}

/** A part of what has been decoded. */
export function cut({ data, width, channels }: RawImage, part: Part): RawImage {
  const rows = Array.from({ length: part.height }, (_, y) => {
    const from = ((part.top + y) * width + part.left) * channels;
    return Buffer.from(data.slice(from, from + part.width * channels));
  });
  return { data: new Uint8Array(Buffer.concat(rows)), width: part.width, height: part.height, channels };
}

const FIXTURES = join(__dirname, '..', '..', '..', '..', 'fixtures', 'jpeg');
/** A JPEG of fixtures/jpeg. */
export const fixture = (name: string) => readFileSync(join(FIXTURES, `${name}.jpg`));
