/** Pictures that are broken, or say what is not so. */

import { crc32 } from 'node:zlib';
import sharp from 'sharp';

const SIZE = 96;

/** Small files that say they are huge. */
export const LIARS = [
  (random) => Buffer.from(`P5 ${10 ** random.below(12)} ${10 ** random.below(12)} ${pickMax(random)}\nabc`),
  (random) => png(2 ** random.below(32), 2 ** random.below(32)),
  (random, face) =>
    Buffer.concat([Buffer.from(`P5 96 96 ${pickMax(random)}\n`), face.subarray(random.below(face.length))]),
  (random) =>
    Buffer.concat([
      Buffer.from('GIF89a'),
      Buffer.from(new Uint16Array([2 ** random.below(16), 65_535]).buffer),
      Buffer.alloc(20),
    ]),
  (random) =>
    Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0]),
      Buffer.alloc(random.below(50)),
    ]),
];

function pickMax(random) {
  return ['255', '0', '1', '65535', '65536', '-1', '1e9', 'NaN'][random.below(8)];
}

/** A PNG of one chunk, whose checksum is right and whose size is not. */
function png(width, height) {
  const head = Buffer.from('IHDR\0\0\0\0\0\0\0\0\x08\0\0\0\0', 'latin1');
  head.writeUInt32BE(width >>> 0, 4);
  head.writeUInt32BE(height >>> 0, 8);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(head));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\r', 'latin1'), head, sum]);
}

/** A face as a small file of every kind. */
export async function everyKind(face) {
  const raw = { raw: { width: SIZE, height: SIZE, channels: 1 } };
  const made = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'].map((kind) => sharp(face, raw)[kind]().toBuffer());
  return [...(await Promise.all(made)), Buffer.concat([Buffer.from(`P5 ${SIZE} ${SIZE} 255\n`), face])];
}

/** Cut, turned over, zeroed or stretched somewhere. */
export function mutated(bytes, random) {
  const at = random.below(bytes.length);
  const how = random.below(4);
  if (how === 0) return Buffer.from(bytes.subarray(0, at));
  if (how === 1) return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random.below(500), at), bytes.subarray(at)]);
  const copy = Buffer.from(bytes);
  if (how === 2) copy.subarray(at, at + random.below(100)).fill(0);
  else for (let i = random.below(20); i >= 0; i--) copy[random.below(Math.min(copy.length, 400))] = random.below(256); // headers are in front
  return copy;
}
