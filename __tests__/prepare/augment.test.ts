import type { Faces } from '../../lib/landmarks/faces';
import { kaggleSchema, schemaOf } from '../../lib/landmarks/schema';
import { AUGMENT_DEFAULTS, augmentFaces, mirrorPoints } from '../../lib/prepare/augment';
import { messageFrom, tinyFaces } from '../tiny-faces';

const NOTHING = { mirror: 0, shift: 0, scale: 0, rotation: 0, brightness: 0, contrast: 0, noise: 0, cutOut: 0 };

/** Dark pictures with one bright spot, soft and round, where each landmark is. */
function spots(places: readonly (readonly [number, number])[], [width, height] = [48, 40]): Faces {
  const schema = schemaOf(['left_eye', 'right_eye', 'nose'].slice(0, places.length));
  const points = Float32Array.from(places.flat());
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => {
    const [u, v] = [i % width, Math.floor(i / width)];
    const light = places.reduce((sum, [x, y]) => sum + Math.exp(-((u - x) ** 2 + (v - y) ** 2) / 6), 0);
    return Math.round(30 + 200 * Math.min(1, light));
  });
  const report = { ...tinyFaces().report };
  return { schema, count: 1, width, height, pixels, points, sourceRows: new Int32Array(1), ids: ['0'], report };
}

/** Where a spot is: the centre of mass of what is bright near a place. */
function spotNear({ pixels, width, height }: Faces, x: number, y: number): [number, number] {
  const gray = (u: number, v: number) => Math.max(0, (pixels[v * width + u] as number) - 60);
  let [sum, sumX, sumY] = [0, 0, 0];
  for (let v = Math.max(0, Math.round(y) - 5); v <= Math.min(height - 1, Math.round(y) + 5); v++)
    for (let u = Math.max(0, Math.round(x) - 5); u <= Math.min(width - 1, Math.round(x) + 5); u++) {
      sum += gray(u, v);
      sumX += gray(u, v) * u;
      sumY += gray(u, v) * v;
    }
  return [sumX / sum, sumY / sum];
}

test('where nothing is asked for, nothing changes', () => {
  const faces = tinyFaces({ missing: 0.2 });
  const { pixels, points } = augmentFaces(faces, NOTHING);
  expect(pixels).toEqual(faces.pixels);
  expect(points).toEqual(faces.points);
});

test('a mirror image has x → width − 1 − x, and left and right change places; twice it is the identity', () => {
  const places = [
    [30, 12],
    [15, 14],
    [24, 25],
  ] as const;
  const faces = spots(places);
  const mirrored = augmentFaces(faces, { ...NOTHING, mirror: 1 });
  // Width 48: the subject's left eye is where the right one was, at 47 − 15.
  expect([...mirrored.points]).toEqual([47 - 15, 14, 47 - 30, 12, 47 - 24, 25]);
  for (let v = 0; v < 40; v++)
    for (let u = 0; u < 48; u++) expect(mirrored.pixels[v * 48 + u]).toBe(faces.pixels[v * 48 + 47 - u]);
  const twice = augmentFaces(mirrored, { ...NOTHING, mirror: 1 });
  expect(twice.pixels).toEqual(faces.pixels);
  expect(twice.points).toEqual(faces.points);
});

test("every pair of Kaggle's landmarks changes places", () => {
  const k = kaggleSchema.landmarks.length;
  const points = Float32Array.from({ length: 2 * k }, (_, i) => i);
  mirrorPoints(points, { schema: kaggleSchema, width: 96 });
  for (const [j, name] of kaggleSchema.landmarks.entries()) {
    const other = name.includes('left_') ? name.replace('left_', 'right_') : name.replace('right_', 'left_');
    const from = kaggleSchema.landmarks.indexOf(name.includes('mouth_center') ? name : other);
    expect([points[2 * j], points[2 * j + 1]]).toEqual([95 - 2 * from, 2 * from + 1]);
  }
});

test.each([
  ['shift', { shift: 0.15 }],
  ['scale', { scale: 0.3 }],
  ['rotation', { rotation: 40 }],
  ['all of them, and mirrored', { shift: 0.1, scale: 0.2, rotation: 25, mirror: 1 }],
])('by %s landmarks move with what they are on, to a fifth of a pixel', (_, options) => {
  const faces = spots([
    [29, 14],
    [18, 15],
    [24, 26],
  ]);
  for (let pass = 0; pass < 25; pass++) {
    const moved = augmentFaces(faces, { ...NOTHING, ...options, pass });
    for (let j = 0; j < 3; j++) {
      const [x, y] = [moved.points[2 * j] as number, moved.points[2 * j + 1] as number];
      if (x < 6 || y < 6 || x > 41 || y > 33) continue; // a spot at the border is cut
      const [foundX, foundY] = spotNear(moved, x, y);
      expect(Math.abs(foundX - x)).toBeLessThan(0.2);
      expect(Math.abs(foundY - y)).toBeLessThan(0.2);
    }
  }
});

test('light changes pixels and no landmark, and stays between black and white', () => {
  const faces = tinyFaces({ size: 16 });
  for (const options of [{ brightness: 0.5 }, { contrast: 0.9 }, { noise: 0.3 }, { cutOut: 0.4 }]) {
    const changed = augmentFaces(faces, { ...NOTHING, ...options });
    expect(changed.points).toEqual(faces.points);
    expect(changed.pixels).not.toEqual(faces.pixels);
  }
  const dark = augmentFaces({ ...faces, pixels: new Uint8Array(faces.pixels.length) }, { ...NOTHING, brightness: 1 });
  const means = Array.from({ length: faces.count }, (_, i) => dark.pixels[i * 256] as number);
  expect(Math.max(...means)).toBeGreaterThan(100);
  expect(means.filter((gray) => gray === 0).length).toBeGreaterThan(4); // half of the faces would be darker than black
});

test('the blank square has the side that was asked for', () => {
  const faces = {
    ...tinyFaces({ count: 1, size: 20 }),
    pixels: Uint8Array.from({ length: 400 }, (_, i) => (i % 2) * 200),
  };
  const { pixels } = augmentFaces(faces, { ...NOTHING, cutOut: 0.3 });
  expect(pixels.filter((gray) => gray === 100)).toHaveLength(36);
});

test('missing labels stay missing, on the other side in a mirror image', () => {
  const faces = spots([
    [30, 12],
    [15, 14],
  ]);
  faces.points.fill(Number.NaN, 0, 2);
  const { points, report } = augmentFaces(faces, { ...NOTHING, mirror: 1 });
  expect([...points]).toEqual([47 - 15, 14, Number.NaN, Number.NaN]);
  expect(report.labelled).toEqual([1, 0]);
});

test('the same seed and pass give the same, others something else; a face does not depend on its neighbours', () => {
  const faces = tinyFaces({ count: 6 });
  const one = augmentFaces(faces, { seed: 3, pass: 2 });
  expect(augmentFaces(faces, { seed: 3, pass: 2 }).pixels).toEqual(one.pixels);
  expect(augmentFaces(faces, { seed: 4, pass: 2 }).pixels).not.toEqual(one.pixels);
  expect(augmentFaces(faces, { seed: 3, pass: 1 }).pixels).not.toEqual(one.pixels);
  const alone = augmentFaces(
    { ...faces, count: 1, pixels: faces.pixels.slice(0, 64), points: faces.points.slice(0, 30) },
    { seed: 3, pass: 2 },
  );
  expect(alone.pixels).toEqual(one.pixels.slice(0, 64));
});

test('about half of the faces are mirrored by default', () => {
  const faces = tinyFaces({ count: 400, size: 4, landmarks: ['left_eye', 'right_eye'] });
  const { points } = augmentFaces(faces, { ...NOTHING, mirror: AUGMENT_DEFAULTS.mirror });
  const mirrored = Array.from({ length: 400 }, (_, i) => points[i * 4] !== faces.points[i * 4]).filter(Boolean).length;
  expect(Math.abs(mirrored - 200)).toBeLessThan(40); // four standard deviations
});

test.each([
  [{ mirror: 2 }, 'augment.mirror is 2; expected a number of at least 0 and of at most 1.'],
  [{ shift: -0.1 }, 'augment.shift is -0.1; expected a number of at least 0 and below 1.'],
  [{ scale: 1 }, 'augment.scale is 1; expected a number of at least 0 and below 1.'],
  [{ rotation: 91 }, 'augment.rotation is 91; expected a number of at least 0 and of at most 90.'],
  [{ pass: 0.5 }, 'pass is 0.5; expected a whole number of at least 0.'],
])('%j is refused', async (options, sentence) => {
  expect(await messageFrom(() => augmentFaces(tinyFaces(), options))).toBe(sentence);
});
