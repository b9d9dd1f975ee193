/** A face cut out of a picture at the size of a network, and its points mapped back. The formulas stand in `resize.ts`. */

import { FacemarkError } from '../../errors';
import type { Point } from '../../landmarks/points';
import { checkNumber } from '../../options';
import type { GrayImage } from './gray';
import { type Box, pointInPhoto, resizeBox, type Summing } from './resize';

export interface CroppedFace {
  /** [height·width] gray values. */
  readonly pixels: Uint8Array;
  /** A point of the crop, in the photo's pixels. */
  toPhoto(point: Point): Point;
}

/**
 * `cropFace` of `by-vectors.ts`, in a browser too.
 *
 * @param at where the picture begins, if it is a part of one: the box and the points are the whole one's
 * @param faster as for `resizeBox`
 * @throws FacemarkError `bad-option` for a box without an area, or one that lies outside of the picture, and for sizes that are none
 */
export function cropThrough(
  image: GrayImage,
  box: Box,
  width: number,
  height: number,
  at: PartAt = WHOLE,
  faster?: Summing,
): CroppedFace {
  checkBox(box, image, at);
  for (const [name, value] of Object.entries({ width, height }))
    checkNumber(name, value, { integer: true, atLeast: 1 });
  return {
    pixels: resizeBox(image, { ...box, x: box.x - at.left, y: box.y - at.top }, width, height, faster),
    toPhoto: (point) => pointInPhoto(point, box, width, height),
  };
}

/** Where a part of a picture begins. */
export interface PartAt {
  readonly left: number;
  readonly top: number;
}

const FARTHEST = 1e12; // pixels: beyond, points lose their fractions, and in the end are no numbers
const WHOLE = { left: 0, top: 0 };

function checkBox(box: Box, image: GrayImage, { left, top }: typeof WHOLE): void {
  const [width, height] = [left + image.width, top + image.height];
  const { x, y } = Object(box) as Box;
  const fits =
    [x, y, box?.width, box?.height].every((value) => Number.isFinite(value)) && box.width > 0 && box.height > 0;
  if (!fits)
    throw new FacemarkError(
      'bad-option',
      `the box is ${JSON.stringify(box)}; expected numbers x, y, width and height in pixels, the last two above 0.`,
    );
  if ([x, y, box.width, box.height].some((value) => Math.abs(value) > FARTHEST))
    throw new FacemarkError('bad-option', `the box is ${JSON.stringify(box)}; expected no number beyond ${FARTHEST}.`);
  if (x >= width || y >= height || x + box.width <= 0 || y + box.height <= 0)
    throw new FacemarkError(
      'bad-option',
      `the box (x ${x}, y ${y}, ${box.width}×${box.height}) lies outside of the picture, which is ${width}×${height}; expected one that covers some of it.`,
    );
}
