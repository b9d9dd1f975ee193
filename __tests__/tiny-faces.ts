/** Faces for tests: small, seeded, and such that the landmarks can be read off the pixels. */

import type { Faces } from '../lib/landmarks/faces';
import { countLabels } from '../lib/landmarks/faces';
import { kaggleSchema, schemaOf } from '../lib/landmarks/schema';
import { Random } from '../lib/random';

export interface TinyFacesOptions {
  count?: number;
  size?: number;
  seed?: number;
  landmarks?: readonly string[];
  /** Share of the landmarks that are not labelled. */
  missing?: number;
}

/** Noise with a bright dot at (dx, dy) from the middle; every landmark moves with the dot. */
export function tinyFaces({ count = 20, size = 8, seed = 1, landmarks, missing = 0 }: TinyFacesOptions = {}): Faces {
  const random = new Random(seed, 'tiny faces');
  const schema = landmarks ? schemaOf(landmarks) : kaggleSchema;
  const k = schema.landmarks.length;
  const pixels = new Uint8Array(count * size * size);
  const points = new Float32Array(count * 2 * k);
  for (let i = 0; i < count; i++) {
    const dx = random.uniform(-2, 2);
    const dy = random.uniform(-2, 2);
    for (let p = 0; p < size * size; p++) {
      const [x, y] = [(p % size) - size / 2 - dx, Math.floor(p / size) - size / 2 - dy];
      pixels[i * size * size + p] = Math.round(random.uniform(0, 30) + 220 / (1 + x * x + y * y));
    }
    for (let j = 0; j < k; j++) {
      const labelled = !random.chance(missing);
      points[(i * k + j) * 2] = labelled ? size / 2 + dx + (j % 4) - 1.5 : Number.NaN;
      points[(i * k + j) * 2 + 1] = labelled ? size / 2 + dy + (j % 3) - 1 : Number.NaN;
    }
  }
  const counts = countLabels(points, schema, size, size);
  return {
    schema,
    count,
    width: size,
    height: size,
    pixels,
    points,
    sourceRows: Int32Array.from({ length: count }, (_, i) => i),
    ids: Array.from({ length: count }, (_, i) => String(i)),
    report: { source: 'tiny faces', rows: count, incompleteDropped: 0, notes: [], ...counts },
  };
}

/** The message that a function, or the promise it returns, fails with. */
export async function messageFrom(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (thrown) {
    return (thrown as Error).message;
  }
  throw new Error('expected an error, there was none');
}

/** Faces as a CSV in Kaggle's layout. */
export function csvOf({ schema, count, width, height, pixels, points }: Faces): string {
  const names = schema.landmarks.flatMap((name) => [`${name}_x`, `${name}_y`]);
  const size = width * height;
  const rows = Array.from({ length: count }, (_, i) => {
    const cells = points.subarray(i * names.length, (i + 1) * names.length);
    const text = Array.from(cells, (value) => (Number.isNaN(value) ? '' : String(value)));
    return [...text, pixels.subarray(i * size, (i + 1) * size).join(' ')].join(',');
  });
  return [[...names, 'Image'].join(','), ...rows, ''].join('\n');
}
