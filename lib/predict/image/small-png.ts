/**
 * Small plain PNGs: a face that was cut out before it was sent. sharp sets up a pipeline with threads for each picture, 0.6 ms of a
 * processor; a picture of 96×96 is decoded here in a tenth of that, by Node's zlib and the five filters of the PNG specification (9.2).
 *
 * What is not plain is left to sharp, which also says what is wrong with a broken file: other depths than 8 bits, palettes, interlacing,
 * transparent colours, colour profiles, orientations, anything unknown. The values are those that sharp gives.
 */

import { crc32, inflateSync } from 'node:zlib';
import type { RawImage } from './gray';

const MOST_PIXELS = 65_536; // 256×256, a millisecond: larger ones are decoded beside this thread, which sharp does
const MOST_BYTES = 2 ** 19; // twice what pixels of four bytes take unpacked: what is longer was filled up
const MOST_CHUNKS = 128; // of them, each a third of a microsecond: pixels in pieces of 8 KiB, as libpng writes them, take half
const SIGNATURE_BYTES = 8;
const AROUND = 12; // bytes of a chunk beside its data: length, type, checksum
const HEADER_BYTES = 13;
const CHANNELS: Readonly<Record<number, RawImage['channels']>> = { 0: 1, 2: 3, 4: 2, 6: 4 }; // by colour type
const MEANINGLESS = new Set(['pHYs', 'tEXt', 'tIME', 'sRGB']); // chunks that change no pixel

/**
 * The pixels of a file that begins as a PNG.
 *
 * @param allowed pixels that it may have
 * @returns undefined for one that is not small, not plain, not whole or has more
 */
export function smallPng(bytes: Buffer, allowed = MOST_PIXELS): RawImage | undefined {
  const chunks = bytes.length > MOST_BYTES ? undefined : chunksOf(bytes);
  const [header] = chunks ?? [];
  if (!chunks || header?.type !== 'IHDR' || header.data.length !== HEADER_BYTES) return undefined;
  const [width, height] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)];
  const [depth, colours, ...methods] = header.data.subarray(8);
  const channels = CHANNELS[colours as number];
  if (depth !== 8 || channels === undefined || methods.some((method) => method !== 0)) return undefined;
  if (width === 0 || height === 0 || width * height > Math.min(allowed, MOST_PIXELS)) return undefined;
  const parts = chunks.slice(1, -1);
  if (parts.some(({ type }) => type !== 'IDAT' && !MEANINGLESS.has(type))) return undefined;
  const pixels = parts.filter(({ type }) => type === 'IDAT');
  const first = parts.findIndex(({ type }) => type === 'IDAT');
  if (pixels.some((chunk, i) => chunk !== parts[first + i])) return undefined; // nothing may stand between them
  const packed = Buffer.concat(pixels.map(({ data }) => data));
  const filtered = inflated(packed, height * (1 + width * channels));
  const data = filtered && unfiltered(filtered, width * channels, height, channels);
  return data && { data, width, height, channels };
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** All chunks up to the last byte, not too many, their checksums right, IEND the last; else undefined. */
function chunksOf(bytes: Buffer): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at < bytes.length; ) {
    if (at + AROUND > bytes.length || chunks.length === MOST_CHUNKS) return undefined;
    const end = at + AROUND + bytes.readUInt32BE(at);
    if (end > bytes.length || crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined;
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end - 4) });
    at = end;
  }
  return chunks.at(-1)?.type === 'IEND' ? chunks : undefined;
}

/** What it holds, if that is as long as it must be. */
function inflated(packed: Buffer, length: number): Buffer | undefined {
  try {
    const bytes = inflateSync(packed, { maxOutputLength: length });
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** The lines [height, stride] without their filters, or undefined for a filter that there is not; `step` bytes to the pixel on the left. */
function unfiltered(filtered: Buffer, stride: number, height: number, step: number): Uint8Array | undefined {
  const lines = new Uint8Array(stride * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const undo = FILTERS[filtered[from] as number];
    if (!undo) return undefined;
    const line = lines.subarray(y * stride, (y + 1) * stride);
    undo(filtered.subarray(from + 1, from + 1 + stride), line, above, step);
    above = line;
  }
  return lines;
}

type Undo = (coded: Uint8Array, line: Uint8Array, above: Uint8Array, step: number) => void;

/** None, Sub, Up, Average, Paeth: what was taken off each byte is added again, modulo 256. */
const FILTERS: readonly Undo[] = [
  (coded, line) => line.set(coded),
  (coded, line, _, step) => {
    for (let i = 0; i < line.length; i++) line[i] = (coded[i] as number) + (i < step ? 0 : (line[i - step] as number));
  },
  (coded, line, above) => {
    for (let i = 0; i < line.length; i++) line[i] = (coded[i] as number) + (above[i] as number);
  },
  (coded, line, above, step) => {
    for (let i = 0; i < line.length; i++) {
      const left = i < step ? 0 : (line[i - step] as number);
      line[i] = (coded[i] as number) + ((left + (above[i] as number)) >> 1);
    }
  },
  (coded, line, above, step) => {
    for (let i = 0; i < line.length; i++) {
      const left = i < step ? 0 : (line[i - step] as number);
      const corner = i < step ? 0 : (above[i - step] as number);
      line[i] = (coded[i] as number) + paeth(left, above[i] as number, corner);
    }
  },
];

/** The one of the three that is closest to left + above − corner; of equals the first. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
