/** Pixels of any kind → gray values. The formula stands in `luma.ts`. */

import { FacemarkError, kindOf } from '../../errors';
import { lumaOf } from './luma';

/** An upright picture: gray values [height·width], 0 black to 255 white, row by row. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The values of raw pixels: bytes 0–255, 16 bits 0–65,535, fractions of white 0–1. */
export type RawValues = Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array | Float64Array;

/** Upright pixels [height, width, channels]: sRGB as a canvas has it, the channels of a pixel side by side. */
export interface RawImage {
  readonly data: RawValues;
  readonly width: number;
  readonly height: number;
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA; alpha is not multiplied into the colours. */
  readonly channels: 1 | 2 | 3 | 4;
}

/**
 * `grayOf` of `by-vectors.ts`, wherever it is computed.
 *
 * @param faster for three channels, to the same values; undefined where it cannot
 * @throws FacemarkError `bad-image` for sizes, channels, values or a length that do not fit
 */
export function grayThrough(image: RawImage, faster?: (rgb: Uint8Array) => Uint8Array | undefined): GrayImage {
  checkRaw(image);
  const { width, height, channels } = image;
  const data = bytesOf(image.data);
  const pixels = (channels === 3 && faster?.(data)) || lumaOf(data, channels);
  return { width, height, pixels };
}

/** Values of any kind as bytes, 0 to 255. */
function bytesOf(data: RawValues): Uint8Array {
  if (data.BYTES_PER_ELEMENT === 1) return data as Uint8Array;
  const bytes = new Uint8Array(data.length);
  if (data.BYTES_PER_ELEMENT === 2) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = (data[i] as number) >> 8;
    return bytes;
  }
  for (let i = 0; i < bytes.length; i++) {
    const value = data[i] as number;
    if (!(value >= 0 && value <= 1))
      throw bad(`value ${i} of the raw image is ${value}; expected fractions of white from 0 to 1 in ${kindOf(data)}.`);
    bytes[i] = Math.floor(value * 255 + 0.5);
  }
  return bytes;
}

const KINDS = ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Float32Array', 'Float64Array'];

/** @throws FacemarkError `bad-image` when the parts of a raw image do not fit each other; its values are not looked at */
export function checkRaw({ data, width, height, channels }: RawImage): void {
  if (!ArrayBuffer.isView(data) || !KINDS.some((kind) => Object.prototype.toString.call(data) === `[object ${kind}]`))
    throw bad(`the data of the raw image is ${kindOf(data)}; expected one of ${KINDS.join(', ')}.`);
  for (const [name, value] of Object.entries({ width, height }))
    if (!Number.isInteger(value) || value < 1)
      throw bad(`the ${name} of the raw image is ${String(value)}; expected a whole number of at least 1.`);
  if (![1, 2, 3, 4].includes(channels))
    throw bad(
      `the raw image has ${String(channels)} channels; expected 1 (gray), 2 (with alpha), 3 (RGB) or 4 (RGBA).`,
    );
  if (data.length !== width * height * channels)
    throw bad(
      `the raw image has ${data.length} values; expected ${width * height * channels} (${width}×${height} pixels of ${channels}).`,
    );
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-image', message);
}
