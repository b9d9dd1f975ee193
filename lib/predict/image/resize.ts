/**
 * The one resize of facemark: a box of a gray picture → a picture of another size, and points back. Nothing is imported here that a
 * browser lacks: a page can load the compiled file as it is.
 *
 * A box counts from the outer edge of the first pixel: the whole picture is (0, 0, width, height). Points count from the centre of the
 * first pixel, as everywhere in facemark. Pixel j of the crop covers the s pixels of the photo from b + j·s on, s = box size / crop size,
 * for each axis on its own, and
 *
 *     photo = b + (crop + ½)·s − ½            the half-pixel rule
 *
 * Shrinking (s ≥ 1) takes the mean of what a pixel covers, each pixel of the photo weighted by the part of it that is covered: nothing
 * is skipped, so nothing aliases. Enlarging (s < 1) is linear between the two nearest centres. What a box covers beyond the picture has
 * the colour of the nearest pixel.
 */

import type { Point } from '../../landmarks/points';
import type { GrayImage } from './gray';

/** A rectangle in pixels of the upright photo; may be fractional and reach beyond the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where one pixel of the crop gets its value: the pixels of the photo from `start` on, and their weights, whose sum is 1. */
export interface Weights {
  readonly start: number;
  readonly values: readonly number[];
}

/** The weighted sums of a picture's pixels, along its rows and then down the columns of what comes of that, rounded. */
export type Summing = (
  image: GrayImage,
  columns: readonly Weights[],
  rows: readonly Weights[],
) => Uint8Array | undefined;

/**
 * The gray values [height·width] of a box that covers some of the picture, at another size.
 *
 * @param faster sums to the same values, or gives undefined where it cannot
 */
export function resizeBox(image: GrayImage, box: Box, width: number, height: number, faster?: Summing): Uint8Array {
  if (isCut(image, box, width, height)) return cut(image, box);
  const columns = weights(box.x, box.width, image.width, width);
  const rows = weights(box.y, box.height, image.height, height);
  return faster?.(image, columns, rows) ?? sumRows(sumColumns(image, columns, rows), columns.length, rows);
}

/** Whether each pixel of the crop is one of the picture: every weight is 1. */
function isCut(image: GrayImage, { x, y, ...size }: Box, width: number, height: number): boolean {
  if (size.width !== width || size.height !== height || !Number.isInteger(x) || !Number.isInteger(y)) return false;
  return x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
}

function cut(image: GrayImage, { x, y, width, height }: Box): Uint8Array {
  if (width === image.width) return image.pixels.slice(y * width, (y + height) * width);
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * image.width + x;
    pixels.set(image.pixels.subarray(from, from + width), row * width);
  }
  return pixels;
}

/** A point of the box at that size, in pixels of the photo. */
export function pointInPhoto({ x, y }: Point, box: Box, width: number, height: number): Point {
  return {
    x: box.x + ((x + 0.5) * box.width) / width - 0.5,
    y: box.y + ((y + 0.5) * box.height) / height - 0.5,
  };
}

/** One axis: the weights of the `count` pixels that share the photo's `size` from `from` on; the photo has `length` pixels. */
function weights(from: number, size: number, length: number, count: number): Weights[] {
  const step = size / count;
  const one = step >= 1 ? covered : between;
  return Array.from({ length: count }, (_, j) => one(from + j * step, step, length - 1));
}

/** The part of each pixel that [from, from + step) covers; the first and the last pixel reach to infinity. */
function covered(from: number, step: number, last: number): Weights {
  const start = clamp(Math.floor(from), 0, last);
  const end = clamp(Math.ceil(from + step) - 1, start, last);
  const values: number[] = [];
  for (let i = start; i <= end; i++) {
    const left = i === 0 ? from : Math.max(from, i);
    const right = i === last ? from + step : Math.min(from + step, i + 1);
    values.push(Math.max(0, right - left) / step);
  }
  return { start, values };
}

/** Linear between the centres beside the middle of [from, from + step). */
function between(from: number, step: number, last: number): Weights {
  const at = clamp(from + step / 2 - 0.5, 0, last);
  const start = Math.min(Math.floor(at), Math.max(0, last - 1));
  return { start, values: last === 0 ? [1] : [1 - (at - start), at - start] };
}

/** The rows of the photo that the crop needs, each as wide as the crop: [image rows, crop width], the rows above them left out. */
function sumColumns(image: GrayImage, columns: readonly Weights[], rows: readonly Weights[]): Float64Array {
  const { first, end } = spanOf(rows);
  const sums = new Float64Array((end - first) * columns.length);
  let at = 0;
  for (let y = first; y < end; y++)
    for (const { start, values } of columns) sums[at++] = weightedSum(image.pixels, y * image.width + start, 1, values);
  return sums;
}

/** The crop out of rows that are as wide as it. */
function sumRows(sums: Float64Array, width: number, rows: readonly Weights[]): Uint8Array {
  const { first } = spanOf(rows);
  const pixels = new Uint8Array(width * rows.length);
  let at = 0;
  for (const { start, values } of rows)
    for (let x = 0; x < width; x++)
      pixels[at++] = Math.floor(weightedSum(sums, (start - first) * width + x, width, values) + 0.5);
  return pixels;
}

/** Σ weights[i] · values[from + i·stride] */
function weightedSum(
  values: Uint8Array | Float64Array,
  from: number,
  stride: number,
  weights: readonly number[],
): number {
  let sum = 0;
  for (let i = 0, at = from; i < weights.length; i++, at += stride)
    sum += (weights[i] as number) * (values[at] as number);
  return sum;
}

/** The rows of the photo that the crop is made of, to the one before `end`. */
export function spanOf(rows: readonly Weights[]): { first: number; end: number } {
  const last = rows.at(-1) as Weights;
  return { first: (rows[0] as Weights).start, end: last.start + last.values.length };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
