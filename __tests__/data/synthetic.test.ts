import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { drawExpression } from '../../lib/data/synthetic/expression';
import { SYNTHETIC_DEFAULTS, syntheticFaces } from '../../lib/data/synthetic/faces';
import { headOf, headSurface, projectOnto } from '../../lib/data/synthetic/head';
import { drawObstacle } from '../../lib/data/synthetic/obstacle';
import { drawPerson } from '../../lib/data/synthetic/person';
import { drawPose, project } from '../../lib/data/synthetic/pose';
import { drawBeard } from '../../lib/data/synthetic/skin';
import type { Faces } from '../../lib/landmarks/faces';
import { KAGGLE_LANDMARKS, kaggleSchema } from '../../lib/landmarks/schema';
import { Random } from '../../lib/random';

type Landmark = (typeof KAGGLE_LANDMARKS)[number];

/** Enough faces for the statistics below to be steady; drawn once. */
const many = syntheticFaces({ count: 400, seed: 7 });

function sha256(array: Uint8Array | Float32Array): string {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  if (array instanceof Float32Array && endianness() === 'BE') bytes.swap32();
  return createHash('sha256').update(bytes).digest('hex');
}

function at(faces: Faces, i: number, name: Landmark): [x: number, y: number] {
  const k = 30 * i + 2 * KAGGLE_LANDMARKS.indexOf(name);
  return [faces.points[k] as number, faces.points[k + 1] as number];
}

/** Mean gray of the pixels of face i within a distance of a point. */
function grayAround(faces: Faces, i: number, [x, y]: readonly [number, number], reach: number): number {
  let sum = 0;
  let n = 0;
  for (let v = Math.ceil(y - reach); v <= y + reach; v++)
    for (let u = Math.ceil(x - reach); u <= x + reach; u++) {
      if (u < 0 || v < 0 || u >= faces.width || v >= faces.height) continue;
      if ((u - x) * (u - x) + (v - y) * (v - y) > reach * reach) continue;
      sum += faces.pixels[(i * faces.height + v) * faces.width + u] as number;
      n++;
    }
  return sum / n;
}

/** Share of the faces of `many` that something holds for. */
function share(holds: (i: number) => boolean): number {
  let n = 0;
  for (let i = 0; i < many.count; i++) if (holds(i)) n++;
  return n / many.count;
}

describe('synthetic faces are the same bytes everywhere', () => {
  // The digests were printed by Node 20.20 and 24.21 on x64, and by Node 20 without its compiler, which agreed.
  test.each([
    {
      count: 6,
      seed: 1,
      size: 96,
      pixels: '54954e44837a351a84d0590ec686884e76d6c479d62ead6be6787280e1a65027',
      points: '789f4c54c49faa0c5177f8bf02f5e68aa2539bc9793f48cf688dbc06e72ef24c',
    },
    {
      count: 4,
      seed: 2,
      size: 48,
      pixels: '04b7fe455766012c9c958b122b68b83f2031b4c0c7f23c6cccadbac61ff369df',
      points: '7ede35eb739e3dca40b82b1023464522c7a2d17571fe3900e355986b0490f56d',
    },
    {
      count: 2,
      seed: 3,
      size: 200,
      pixels: '8b2f44ecef260f9e034b6c652947eaafdcbf1b1889170fc1b7833b35db2a84db',
      points: 'bfdaf1309280016749df83dd228e9bda784cfec835637f97f2ee4d1a4cb74ca1',
    },
  ])('$count faces of seed $seed at $size pixels have a known digest', ({ count, seed, size, pixels, points }) => {
    const faces = syntheticFaces({ count, seed, size });
    expect(sha256(faces.pixels)).toBe(pixels);
    expect(sha256(faces.points)).toBe(points);
  });

  test('the first faces of a larger set are the smaller set', () => {
    const few = syntheticFaces({ count: 5, seed: 7 });
    expect(few.pixels).toEqual(many.pixels.slice(0, few.pixels.length));
    expect(few.points).toEqual(many.points.slice(0, few.points.length));
  });

  test('a face does not depend on what was drawn before it', () => {
    const first = syntheticFaces({ count: 3, seed: 5 });
    syntheticFaces({ count: 2, seed: 11, size: 160 });
    expect(syntheticFaces({ count: 3, seed: 5 }).pixels).toEqual(first.pixels);
  });

  test('another seed draws other faces', () => {
    expect(sha256(syntheticFaces({ count: 1, seed: 8 }).pixels)).not.toBe(sha256(many.pixels.slice(0, 96 * 96)));
  });

  test('every size draws the same people in the same places', () => {
    const small = syntheticFaces({ count: 20, seed: 7, size: 48 });
    for (let k = 0; k < small.points.length; k++)
      expect(((small.points[k] as number) + 0.5) * 2 - 0.5).toBeCloseTo(many.points[k] as number, 3);
    // Gray values of a 48-pixel picture beside 2 × 2 means of the 96-pixel one: noise and blur differ, the picture does not.
    let off = 0;
    for (let i = 0; i < small.count; i++)
      for (let y = 0; y < 48; y++)
        for (let x = 0; x < 48; x++) {
          const k = (i * 96 + 2 * y) * 96 + 2 * x;
          const mean = [k, k + 1, k + 96, k + 97].reduce((sum, j) => sum + (many.pixels[j] as number) / 4, 0);
          off += Math.abs(mean - (small.pixels[(i * 48 + y) * 48 + x] as number)) / (20 * 48 * 48);
        }
    expect(off).toBeLessThan(6);
  });
});

describe('synthetic faces are a complete set', () => {
  test('the defaults are a thousand faces of 96 pixels', () => {
    expect(SYNTHETIC_DEFAULTS).toEqual({ count: 1000, seed: 1, size: 96 });
    expect(Object.isFrozen(SYNTHETIC_DEFAULTS)).toBe(true);
  });

  test('every landmark of every face is labelled, and the report says so', () => {
    const faces = syntheticFaces({ count: 3, seed: 9, size: 32 });
    expect(faces.schema).toBe(kaggleSchema);
    expect([faces.count, faces.width, faces.height]).toEqual([3, 32, 32]);
    expect(faces.pixels).toHaveLength(3 * 32 * 32);
    expect(faces.points).toHaveLength(3 * 30);
    expect([...faces.sourceRows]).toEqual([0, 1, 2]);
    expect(faces.ids).toEqual(['0', '1', '2']);
    expect(faces.report).toEqual({
      source: 'synthetic faces (seed 9)',
      rows: 3,
      incompleteDropped: 0,
      incompleteKept: 0,
      labelled: new Array(15).fill(3),
      outside: 0,
      notes: [],
    });
  });

  test('landmarks lie inside the picture or a few pixels outside of it', () => {
    for (const value of many.points) {
      expect(value).toBeGreaterThan(-8);
      expect(value).toBeLessThan(104);
    }
    expect(many.report.outside / many.points.length).toBeLessThan(0.01);
  });

  test('pictures use the range of gray values', () => {
    for (let i = 0; i < 100; i++) {
      const face = many.pixels.subarray(i * 9216, (i + 1) * 9216);
      const sorted = Uint8Array.from(face).sort();
      expect((sorted[9000] as number) - (sorted[200] as number)).toBeGreaterThan(20);
    }
  });
});

describe('synthetic faces are as hard as real ones', () => {
  test('the mean face misses by 3.5 to 6 pixels, as it does on real faces (4.3)', () => {
    const mean = new Float64Array(30);
    many.points.forEach((value, k) => {
      mean[k % 30] = (mean[k % 30] as number) + value / many.count;
    });
    let squares = 0;
    many.points.forEach((value, k) => {
      squares += (value - (mean[k % 30] as number)) ** 2 / many.points.length;
    });
    expect(Math.sqrt(squares)).toBeGreaterThan(3.5);
    expect(Math.sqrt(squares)).toBeLessThan(6);
  });
});

describe('landmarks are the geometry that is drawn', () => {
  test('left is the subject’s left, and features keep their order', () => {
    const x = (i: number, name: Landmark) => at(many, i, name)[0];
    const y = (i: number, name: Landmark) => at(many, i, name)[1];
    for (let i = 0; i < many.count; i++) {
      expect(x(i, 'left_eye_center')).toBeGreaterThan(x(i, 'right_eye_center'));
      expect(x(i, 'left_eye_outer_corner')).toBeGreaterThan(x(i, 'left_eye_inner_corner'));
      expect(x(i, 'right_eye_outer_corner')).toBeLessThan(x(i, 'right_eye_inner_corner'));
      expect(x(i, 'left_eyebrow_outer_end')).toBeGreaterThan(x(i, 'left_eyebrow_inner_end'));
      expect(x(i, 'right_eyebrow_outer_end')).toBeLessThan(x(i, 'right_eyebrow_inner_end'));
      expect(x(i, 'mouth_left_corner')).toBeGreaterThan(x(i, 'mouth_right_corner'));
      expect(y(i, 'mouth_center_top_lip')).toBeLessThan(y(i, 'mouth_center_bottom_lip'));
      expect(y(i, 'nose_tip')).toBeLessThan(y(i, 'mouth_center_bottom_lip'));
    }
  });

  test('landmarks lie on the very surface that is drawn, to a thousandth of a pixel', () => {
    for (let i = 0; i < 10; i++) {
      const random = new Random(i, 'surface test');
      const person = drawPerson(random);
      const head = headOf(person, drawExpression(random));
      const { pose } = drawPose(random);
      const { rows, cols, x, y, z, turn } = headSurface(head, drawBeard(random, person), pose, -18, 1.15);
      // Where the chin turns under, z falls so steeply that rounding to 32 bits shows.
      const lowest = Math.min(100, head.skull.widest + head.skull.down - 6);
      let off = 0;
      for (let k = 0; k < rows * cols; k++) {
        if (Math.abs(turn[k % cols] as number) > 0.95 || (y[k] as number) > lowest) continue;
        const drawn = project(pose, x[k] as number, y[k] as number, z[k] as number);
        const landmark = projectOnto(head, pose, [x[k] as number, y[k] as number]);
        off = Math.max(off, Math.abs(drawn[0] - landmark[0]), Math.abs(drawn[1] - landmark[1]));
      }
      expect(off).toBeLessThan(0.001);
    }
  });

  test('pupils are darker than the cheek below them', () => {
    const darker = share((i) =>
      (['left', 'right'] as const).every((side) => {
        const [x, y] = at(many, i, `${side}_eye_center`);
        return grayAround(many, i, [x, y], 2) < grayAround(many, i, [x, y + 13], 3);
      }),
    );
    expect(darker).toBeGreaterThan(0.8);
  });

  test('the picture around an eye is darkest near the labelled centre, not beside it', () => {
    // The darkest 3-pixel spot within 5 pixels sideways of the label, averaged over faces, lies on the label.
    let [sum, n] = [0, 0];
    for (let i = 0; i < many.count; i++) {
      const [x, y] = at(many, i, 'left_eye_center');
      let [best, where] = [256, 0];
      for (let d = -5; d <= 5; d++) {
        const gray = grayAround(many, i, [x + d, y], 1.5);
        if (gray < best) [best, where] = [gray, d];
      }
      sum += Math.abs(where);
      n++;
    }
    // A spot anywhere in −5 … 5 would miss by 2.7 on average.
    expect(sum / n).toBeLessThan(1.9);
  });

  test('brows are darker than the forehead above them', () => {
    const darker = share((i) => {
      const [ax, ay] = at(many, i, 'left_eyebrow_inner_end');
      const [bx, by] = at(many, i, 'left_eyebrow_outer_end');
      const [x, y] = [0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by];
      return grayAround(many, i, [x, y - 0.5], 1.5) < grayAround(many, i, [x, y - 6], 1.5);
    });
    expect(darker).toBeGreaterThan(0.65);
  });

  test('the inner end of a brow is labelled on its upper edge, halfway from the skin above to the hairs below', () => {
    const gray = (below: number) => {
      let sum = 0;
      for (let i = 0; i < many.count; i++) {
        const [x, y] = at(many, i, 'left_eyebrow_inner_end');
        sum += grayAround(many, i, [x + 2, y + below], 1.5);
      }
      return sum / many.count;
    };
    const [skin, label, hairs] = [gray(-4), gray(0), gray(3)];
    expect((label - hairs) / (skin - hairs)).toBeGreaterThan(0.3);
    expect((label - hairs) / (skin - hairs)).toBeLessThan(0.7);
  });

  test('a crop pulled wide by a tenth widens a face by a tenth and flattens it by an eleventh', () => {
    const { pose } = drawPose(new Random(1, 'stretch test'));
    const [x, y] = project({ ...pose, stretch: 1 }, 20, 30, 0);
    const [wideX, wideY] = project({ ...pose, stretch: 1.1 }, 20, 30, 0);
    expect((wideX - pose.x) / (x - pose.x)).toBeCloseTo(1.1, 10);
    expect((wideY - pose.y) / (y - pose.y)).toBeCloseTo(10 / 11, 10);
  });

  test('one face in ten has a microphone or fingers before it, below the eyes', () => {
    let faces = 0;
    for (let i = 0; i < 2000; i++) {
      const random = new Random(i, 'obstacle test');
      const rods = drawObstacle(random, drawPerson(random));
      if (rods.length > 0) faces++;
      for (const rod of rods) expect(rod.y - rod.radius).toBeGreaterThan(45);
    }
    // 200 expected; four standard deviations of a binomial are 54.
    expect(Math.abs(faces - 200)).toBeLessThan(54);
  });
});

describe('options are checked at the door', () => {
  test.each([
    [{ count: 0 }, 'count is 0; expected a whole number of at least 1 and of at most 1000000.'],
    [{ count: 2.5 }, 'count is 2.5; expected a whole number of at least 1 and of at most 1000000.'],
    [{ size: 15 }, 'size is 15; expected a whole number of at least 16 and of at most 512.'],
    [{ size: 513 }, 'size is 513; expected a whole number of at least 16 and of at most 512.'],
    [{ count: 1, seed: -1 }, 'seed is -1; expected a whole number of at least 0 and of at most 4294967295.'],
  ])('%j is refused', (options, message) => {
    expect(() => syntheticFaces(options)).toThrow(expect.objectContaining({ code: 'bad-option', message }));
  });
});
