/**
 * One photo with the landmarks predicted on it, upright and in colour. It is drawn at the size of a screen, so that the marks are seen
 * and the file is small, however large the photo is.
 */

import { checkNumber, withDefaults } from '../options';
import { grayOf } from '../predict/image/by-vectors';
import type { RawImage } from '../predict/image/gray';
import type { ImageLimits } from '../predict/image/limits';
import type { ImageInput } from '../predict/image/open-image';
import { decodeImage } from '../predict/image/read-image';
import type { Box } from '../predict/image/resize';
import { loadSharp } from '../predict/image/sharp';
import type { ImagePrediction, PredictedFace } from '../predict/predict-image';
import { cross, near } from './marks';
import { grayPngUri, round } from './svg';
import { MARKS } from './theme';

export interface DrawPhotoOptions {
  /** The longer side of the drawing, in pixels, at most; a photo below 600 is enlarged to that. */
  readonly longerSide?: number;
  readonly limits?: Partial<ImageLimits>;
}

export const DRAW_PHOTO_DEFAULTS = Object.freeze({ longerSide: 1600 });

const LEAST_SIDE = 600; // pixels below which marks hide the face
const FACE = 300; // pixels of a face for which the marks are made; in larger ones they grow
const QUALITY = 90; // of the JPEG inside: nobody sees the difference

/**
 * Draws a photo with its prediction: a cross for each landmark, with its name, and a frame around each face that is not the whole photo.
 *
 * @param prediction of this photo, as `predictor.predictImage(image)` returns it
 * @returns an SVG document with the photo inside
 * @throws FacemarkError as `readImage` for the photo, `bad-option` for an option out of range
 */
export async function drawPhoto(
  image: ImageInput,
  prediction: ImagePrediction,
  options: DrawPhotoOptions = {},
): Promise<string> {
  const { longerSide, limits } = withDefaults(DRAW_PHOTO_DEFAULTS, options);
  checkNumber('longerSide', longerSide, { integer: true, atLeast: 1, atMost: 16_000 });
  const photo = await decodeImage(image, limits);
  const longest = Math.max(photo.width, photo.height);
  const scale = Math.min(Math.max(longest, LEAST_SIDE), longerSide) / longest;
  const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<image width="${width}" height="${height}" preserveAspectRatio="none" href="${await photoUri(photo, width, height)}"/>`,
    ...prediction.faces.map((face) => drawFace(face, width / photo.width, height / photo.height, prediction)),
    '</svg>',
  ].join('\n');
}

function drawFace({ box, landmarks }: PredictedFace, scaleX: number, scaleY: number, photo: ImagePrediction): string {
  const size = Math.max(1, Math.min(box.width * scaleX, box.height * scaleY) / FACE);
  const marks = Object.entries(landmarks).map(([name, { x, y }]) => {
    const [left, top] = near([(x + 0.5) * scaleX, (y + 0.5) * scaleY]);
    return `<g transform="translate(${round(left)} ${round(top)}) scale(${round(size)})">${cross([0, 0], name)}</g>`;
  });
  const isWhole = box.x === 0 && box.y === 0 && box.width === photo.width && box.height === photo.height;
  return (isWhole ? '' : frame(box, scaleX, scaleY)) + marks.join('');
}

function frame(box: Box, scaleX: number, scaleY: number): string {
  const [x, y] = near([box.x * scaleX, box.y * scaleY]);
  const [right, bottom] = near([(box.x + box.width) * scaleX, (box.y + box.height) * scaleY]);
  const place = `x="${round(x)}" y="${round(y)}" width="${round(right - x)}" height="${round(bottom - y)}" fill="none"`;
  return `<rect class="box" ${place} stroke="${MARKS.outline}" stroke-opacity="0.55" stroke-width="4"/><rect ${place} stroke="${MARKS.truth}" stroke-width="2"/>`;
}

/** The photo as a picture in a data address, over white, no larger than it is drawn. */
async function photoUri(photo: RawImage, width: number, height: number): Promise<string> {
  const { data, width: from, height: high, channels } = photo;
  if (data.BYTES_PER_ELEMENT !== 1) return grayPngUri(grayOf(photo).pixels, from, high);
  const bytes = Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  const image = loadSharp()(bytes, { raw: { width: from, height: high, channels } }).flatten({ background: 'white' });
  const shrunk = from > width ? image.resize(width, height, { fit: 'fill' }) : image;
  const encoded = await shrunk.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' }).toBuffer();
  return `data:image/jpeg;base64,${encoded.toString('base64')}`;
}
