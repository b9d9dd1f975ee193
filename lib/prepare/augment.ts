/**
 * Augmentation: each pass sees every face a little otherwise, mirrored, moved, turned, larger or smaller, in other light. What is done to the
 * pixels is done to the landmarks. All of it follows from a seed, the pass and the face; an augmented set is never held whole.
 *
 *     q = c + s·R·(p − c) + t     a point p of the face, about the centre c of the picture
 *     out(q) = in(p), bilinear, the border repeated outside
 */

import { FacemarkError } from '../errors';
import { countLabels, type Faces, swapSides } from '../landmarks/faces';
import type { Schema } from '../landmarks/schema';
import { checkNumber, withDefaults } from '../options';
import { checkSeed, Random } from '../random';
import { cosine, sine } from '../trigonometry';

export interface AugmentOptions {
  /** Probability of the mirror image, in which left and right change places. */
  readonly mirror?: number;
  /** Largest shift along each axis, as a share of the picture's width and height. */
  readonly shift?: number;
  /** Largest change of size, as a share: 0.1 for 90 to 110 %. */
  readonly scale?: number;
  /** Largest turn in degrees, to either side. */
  readonly rotation?: number;
  /** Largest change of all gray values, as a share of white. */
  readonly brightness?: number;
  /** Largest change of the distance from the picture's mean gray, as a share. */
  readonly contrast?: number;
  /** Standard deviation of noise, as a share of white. */
  readonly noise?: number;
  /** Side of a square that is blanked with the picture's mean gray, as a share of the width. */
  readonly cutOut?: number;
}

export const AUGMENT_DEFAULTS = Object.freeze({
  mirror: 0.5,
  shift: 0.06,
  scale: 0.1,
  rotation: 10,
  brightness: 0.1,
  contrast: 0.2,
  noise: 0,
  cutOut: 0,
});

export type AugmentSettings = Required<AugmentOptions>;

/** What has to be known of a picture. */
export interface PictureKind {
  readonly schema: Schema;
  readonly width: number;
  readonly height: number;
  /** Black and white in the numbers of a picture: 0 and 255 for gray values. */
  readonly black: number;
  readonly white: number;
}

/**
 * The options with their defaults, checked.
 *
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkAugmentOptions(options: AugmentOptions): AugmentSettings {
  const unknown = Object(options) === options && Object.keys(options).find((name) => !(name in AUGMENT_DEFAULTS));
  if (Object(options) !== options || Array.isArray(options) || unknown)
    throw new FacemarkError(
      'bad-option',
      `augment ${unknown ? `has ${unknown}` : `is ${JSON.stringify(options)}`}; expected true, false, or some of ${Object.keys(AUGMENT_DEFAULTS).join(', ')}.`,
    );
  const { mirror, shift, scale, rotation, brightness, contrast, noise, cutOut } = withDefaults(
    AUGMENT_DEFAULTS,
    options,
  );
  checkNumber('augment.mirror', mirror, { atLeast: 0, atMost: 1 });
  checkNumber('augment.shift', shift, { atLeast: 0, below: 1 });
  checkNumber('augment.scale', scale, { atLeast: 0, below: 1 });
  checkNumber('augment.rotation', rotation, { atLeast: 0, atMost: 90 });
  checkNumber('augment.brightness', brightness, { atLeast: 0, atMost: 1 });
  checkNumber('augment.contrast', contrast, { atLeast: 0, below: 1 });
  checkNumber('augment.noise', noise, { atLeast: 0, atMost: 1 });
  checkNumber('augment.cutOut', cutOut, { atLeast: 0, below: 1 });
  return { mirror, shift, scale, rotation, brightness, contrast, noise, cutOut };
}

/**
 * One augmented copy of each face: to look at what training sees.
 *
 * @param options.pass which pass's copies; training counts from 0
 * @throws FacemarkError `bad-option`
 */
export function augmentFaces(
  faces: Faces,
  options: AugmentOptions & { readonly seed?: number; readonly pass?: number } = {},
): Faces {
  const { seed = 1, pass = 0, ...augment } = options;
  checkSeed(seed);
  checkNumber('pass', pass, { integer: true, atLeast: 0 });
  const settings = checkAugmentOptions(augment);
  const { schema, width, height, count } = faces;
  const size = width * height;
  const k2 = schema.landmarks.length * 2;
  const pixels = new Uint8Array(faces.pixels.length);
  const points = new Float32Array(faces.points.length);
  const picture = new Float32Array(size);
  for (let row = 0; row < count; row++) {
    const random = randomOf(seed, pass, faces.sourceRows[row] as number);
    const coordinates = points.subarray(row * k2, (row + 1) * k2);
    coordinates.set(faces.points.subarray(row * k2, (row + 1) * k2));
    const gray = new Float32Array(faces.pixels.subarray(row * size, (row + 1) * size));
    augmentPicture(gray, coordinates, picture, { schema, width, height, black: 0, white: 255 }, settings, random);
    for (let i = 0; i < size; i++) pixels[row * size + i] = Math.round(picture[i] as number);
  }
  const report = { ...faces.report, ...countLabels(points, schema, width, height) };
  return { ...faces, pixels, points, report };
}

/** The random numbers of a face in a pass, whatever ran before; `row` is that of its source. */
export function randomOf(seed: number, pass: number, row: number): Random {
  return new Random(seed, `augment pass ${pass}, row ${row}`);
}

/**
 * Augments one picture.
 *
 * @param source [height·width] numbers between black and white; stays as it is
 * @param points [2k] coordinates in pixels, changed in place; NaN stays NaN
 * @param target [height·width] where the new picture goes
 */
export function augmentPicture(
  source: Float32Array,
  points: Float32Array,
  target: Float32Array,
  kind: PictureKind,
  settings: AugmentSettings,
  random: Random,
): void {
  const { width, height } = kind;
  const within = (largest: number): number => random.uniform(-1, 1) * largest;
  const isMirrored = random.chance(settings.mirror);
  const angle = (within(settings.rotation) / 180) * Math.PI;
  const size = 1 + within(settings.scale);
  const motion: Motion = {
    ...{ isMirrored, size, cos: cosine(angle), sin: sine(angle) },
    ...{ dx: within(settings.shift) * width, dy: within(settings.shift) * height },
  };
  if (isMirrored) mirrorPoints(points, kind);
  movePoints(points, motion, kind);
  moveGrays(source, target, motion, kind);
  light(target, 1 + within(settings.contrast), within(settings.brightness), settings, kind, random);
}

interface Motion {
  readonly isMirrored: boolean;
  readonly size: number;
  readonly cos: number;
  readonly sin: number;
  /** Pixels. */
  readonly dx: number;
  readonly dy: number;
}

/** x → width − 1 − x, and left and right change their names; done twice it changes nothing. */
export function mirrorPoints(points: Float32Array, { schema, width }: Pick<PictureKind, 'schema' | 'width'>): void {
  for (let i = 0; i < points.length; i += 2) points[i] = width - 1 - (points[i] as number);
  swapSides(points, schema);
}

/** q = c + s·R·(p − c) + t */
function movePoints(points: Float32Array, { size, cos, sin, dx, dy }: Motion, { width, height }: PictureKind): void {
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [(points[i] as number) - cx, (points[i + 1] as number) - cy];
    points[i] = cx + size * (cos * x - sin * y) + dx;
    points[i + 1] = cy + size * (sin * x + cos * y) + dy;
  }
}

/** out(q) = in(c + Rᵀ·(q − c − t) / s), bilinear; outside the border is repeated. */
function moveGrays(
  source: Float32Array,
  target: Float32Array,
  { isMirrored, size, cos, sin, dx, dy }: Motion,
  { width, height }: PictureKind,
): void {
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++) {
      const [rx, ry] = [(u - cx - dx) / size, (v - cy - dy) / size];
      const across = cx + cos * rx + sin * ry;
      const x = Math.max(0, Math.min(width - 1, isMirrored ? width - 1 - across : across));
      const y = Math.max(0, Math.min(height - 1, cy - sin * rx + cos * ry));
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - x0, y - y0];
      const at = y0 * width + x0;
      const right = fx > 0 ? 1 : 0;
      const below = fy > 0 ? width : 0;
      const top = (source[at] as number) * (1 - fx) + (source[at + right] as number) * fx;
      const bottom = (source[at + below] as number) * (1 - fx) + (source[at + below + right] as number) * fx;
      target[v * width + u] = top * (1 - fy) + bottom * fy;
    }
}

/** Contrast about the mean gray, brightness, noise and the blank square; what leaves black or white stops there. */
function light(
  picture: Float32Array,
  contrast: number,
  brightness: number,
  { noise, cutOut }: AugmentSettings,
  { width, height, black, white }: PictureKind,
  random: Random,
): void {
  const span = white - black;
  let sum = 0;
  for (const gray of picture) sum += gray;
  const mean = sum / picture.length;
  for (let i = 0; i < picture.length; i++) {
    const gray = mean + ((picture[i] as number) - mean) * contrast + brightness * span;
    picture[i] = noise > 0 ? gray + random.normal() * noise * span : gray;
  }
  const side = Math.round(cutOut * width);
  const [left, top] = [random.below(Math.max(1, width - side + 1)), random.below(Math.max(1, height - side + 1))];
  for (let v = top; v < Math.min(height, top + side); v++)
    picture.fill(mean + brightness * span, v * width + left, v * width + Math.min(width, left + side));
  for (let i = 0; i < picture.length; i++) picture[i] = Math.max(black, Math.min(white, picture[i] as number));
}
