/** Gray and crop as everybody here but a browser computes them: by vectors of WebAssembly, which come to the same values, where the engine has any. */

import { type CroppedFace, cropThrough, type PartAt } from './crop-face';
import { type GrayImage, grayThrough, type RawImage } from './gray';
import { lumaByVectors } from './luma-by-vectors';
import type { Box } from './resize';
import { sumByVectors } from './sums-by-vectors';

/**
 * The gray values of raw pixels: BT.601 luma of the sRGB values, over white where they are transparent, rounded. Of 16 bits the upper
 * eight count; fractions are rounded to 255ths.
 *
 * @returns new memory, never the caller's
 * @throws FacemarkError `bad-image` for sizes, channels, values or a length that do not fit
 */
export function grayOf(image: RawImage): GrayImage {
  return grayThrough(image, lumaByVectors);
}

/**
 * Cuts a box out of a picture and resizes it to `width`×`height`: the mean of what a pixel covers where that shrinks, linear between
 * the nearest centres where it enlarges, each axis by its own factor; beyond the edges the nearest pixels go on.
 *
 * @param at where the picture begins, if it is a part of one: the box and the points are the whole one's
 * @throws FacemarkError `bad-option` for a box without an area, or one that lies outside of the picture, and for sizes that are none
 */
export function cropFace(image: GrayImage, box: Box, width: number, height: number, at?: PartAt): CroppedFace {
  return cropThrough(image, box, width, height, at, sumByVectors);
}
