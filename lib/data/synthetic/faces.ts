/**
 * Synthetic faces: pictures drawn by facemark itself, with exact landmarks.
 *
 * Each face is a person with an expression, a head in three dimensions, turned, lit, dressed and photographed; its landmarks
 * are points of the geometry that is drawn. Face i depends on the seed, i and the size alone, and is the same person at every
 * size. Only +, −, ×, ÷ and √ decide about pixels and points, so the bytes are the same on every platform and Node version.
 *
 * The files beside this one, in the order of the journey: person, expression, pose (who, doing what, seen from where); skull,
 * relief, eyes, brows, nose, mouth, skin, head (the face); hair, ears, glasses, hat, body, background, obstacle (the rest);
 * light, surface, shadow, render, canvas, camera (how it is drawn); soft, noise (what all are drawn with); face (one from all these).
 * Those that work per vertex or pixel take `Math` apart at their top: in Jest's sandbox each `Math.floor` looks up a global,
 * which made faces there 30 times slower.
 */

import { countLabels, type Faces } from '../../landmarks/faces';
import { kaggleSchema } from '../../landmarks/schema';
import { checkNumber, withDefaults } from '../../options';
import { Random } from '../../random';
import { createCanvas } from './canvas';
import { drawFace } from './face';

/** Most faces at once: a million, 9.2 GB at 96 pixels; more would be a mistake. */
const MOST_FACES = 1e6;
/** Smaller pictures show no eyes; larger ones show that nothing was drawn for them. */
const SIZES = { integer: true, atLeast: 16, atMost: 512 } as const;

export interface SyntheticFacesOptions {
  /** How many faces; default 1000. */
  readonly count?: number;
  /** Seed of everything, 0 to 2³² − 1; default 1. */
  readonly seed?: number;
  /** Width and height of each picture in pixels, 16 to 512; default 96. */
  readonly size?: number;
}

export const SYNTHETIC_DEFAULTS = Object.freeze({ count: 1000, seed: 1, size: 96 });

/**
 * Draws faces with Kaggle's 15 landmarks: pixels [count, size, size], points [count, 30] px.
 *
 * The first faces of a larger set are the same as those of a smaller one.
 *
 * @throws FacemarkError `bad-option` for a count, seed or size out of range
 */
export function syntheticFaces(options: SyntheticFacesOptions = {}): Faces {
  const { count, seed, size } = withDefaults(SYNTHETIC_DEFAULTS, options);
  checkNumber('count', count, { integer: true, atLeast: 1, atMost: MOST_FACES });
  checkNumber('size', size, SIZES);
  const k2 = 2 * kaggleSchema.landmarks.length;
  const pixels = new Uint8Array(count * size * size);
  const points = new Float32Array(count * k2);
  const canvas = createCanvas(size);
  for (let i = 0; i < count; i++) {
    const random = new Random(seed, `synthetic face ${i}`);
    drawFace(
      random,
      canvas,
      pixels.subarray(i * size * size, (i + 1) * size * size),
      points.subarray(i * k2, (i + 1) * k2),
    );
  }
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  const counts = countLabels(points, kaggleSchema, size, size);
  return {
    schema: kaggleSchema,
    count,
    width: size,
    height: size,
    pixels,
    points,
    sourceRows: rows,
    ids: Array.from(rows, String),
    report: { source: `synthetic faces (seed ${seed})`, rows: count, incompleteDropped: 0, notes: [], ...counts },
  };
}
