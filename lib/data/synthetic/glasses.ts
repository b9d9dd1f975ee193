/** Glasses and sunglasses: lenses with frames that lie on the face, a bridge, and temples that run to the ears. */

import type { Random } from '../../random';
import type { Head } from './head';
import { reliefAt } from './relief';
import { frontAt } from './skull';
import { clamp, mix, smoothstep } from './soft';
import { blankSurface, type Surface } from './surface';

const { abs, floor, max, min } = Math;

/** How far the outer end of a lens lies behind the inner one, and where across a lens the face under it is felt for. */
const DROP = 5;
const LENS_PLACES = [-0.95, -0.5, 0, 0.5, 0.95] as const;

export interface Glasses {
  /** Half-width and half-height of a lens, thickness and tone of the frame, and how dark and how bright the lenses are. */
  readonly half: number;
  readonly tall: number;
  readonly thick: number;
  readonly tone: number;
  readonly dark: number;
  readonly glare: number;
  /** 0 an ellipse to 1 a rounded rectangle. */
  readonly square: number;
  /** How far they have slid down the nose. */
  readonly low: number;
}

/** Glasses for one in five; a few of them are sunglasses. */
export function drawGlasses(random: Random): Glasses | undefined {
  const dark = random.chance(0.14) ? random.uniform(0.7, 0.95) : random.uniform(0, 0.1);
  const light = random.chance(0.35);
  const glasses = {
    ...{
      half: random.uniform(9.8, 13),
      tall: random.uniform(5.2, 10),
      thick: (random.chance(0.2) ? random.uniform(1.7, 2.8) : random.uniform(0.6, 1.7)) + (dark > 0.5 ? 0.5 : 0),
    },
    ...{
      tone: light ? random.uniform(0.3, 0.85) : random.uniform(0.02, 0.14),
      dark,
      glare: random.chance(0.3) ? random.uniform(0.1, 0.4) : 0,
    },
    square: random.uniform(),
    low: random.chance(0.3) ? random.uniform(1.5, 7) : 0,
  };
  return random.chance(0.22) ? glasses : undefined;
}

/** Lenses with their frames, the bridge and the temples. */
export function glassesSurfaces(glasses: Glasses, head: Head): Surface[] {
  const { person, skull, relief } = head;
  const [x, y] = [person.eyeX + 0.4, person.eyeY + 1.2 + glasses.low];
  const { half, tall } = glasses;
  // A lens leans back by `DROP` from its inner to its outer end, and lies on whatever stands out most under it.
  let z = -1000;
  for (const u of LENS_PLACES)
    for (const v of LENS_PLACES) {
      if (abs(u) + abs(v) > 1.5) continue;
      const [px, py] = [x + u * half, y + v * tall];
      z = max(z, frontAt(skull, px, py) + reliefAt(relief, px, py) + 0.5 * DROP * (1 + u) + 0.8);
    }
  const back = z - DROP;
  const surfaces: Surface[] = [];
  for (const side of [1, -1] as const) {
    surfaces.push(lens(glasses, side, x, y, z, back));
    const hinge = [side * (x + glasses.half - 0.5), y - 2.5, back] as const;
    surfaces.push(strip(glasses, hinge, [side * (skull.halfWidth + 1.5), y - 2, skull.axis + 4], 0.9));
  }
  const gap = max(1, x - glasses.half);
  surfaces.push(strip(glasses, [-gap - 0.6, y - 2, z], [gap + 0.6, y - 2, z], 0.75));
  return surfaces;
}

/** A lens as rings around its middle; the outer rings are the frame. */
function lens(glasses: Glasses, side: 1 | -1, x: number, y: number, z: number, back: number): Surface {
  const rim = 1 - glasses.thick / glasses.tall;
  const radii = [1, 0.995, mix(1, rim, 0.5), rim + 0.01, rim - 0.03, 0.75, 0.5, 0.25, 0];
  const [rings, around] = [radii.length, 49];
  const surface = blankSurface(rings, around);
  for (let c = 0; c < around; c++) {
    const [u, v] = edgeAt(c / (around - 1), glasses.square);
    for (let r = 0; r < rings; r++) {
      const radius = radii[r] as number;
      const i = r * around + c;
      const dx = radius * u * glasses.half;
      surface.x[i] = side * x + dx;
      surface.y[i] = y + radius * v * glasses.tall;
      surface.z[i] = mix(z, back, clamp(0.5 + (0.5 * side * dx) / glasses.half, 0, 1));
      const frame = r < 4;
      surface.tone[i] = frame ? glasses.tone : 0.03;
      surface.alpha[i] = frame ? (r === 0 ? 0.25 : 0.95) : glasses.dark + glasses.glare * 0.5;
      if (!frame)
        surface.glow[i] =
          glasses.glare * 1.2 * smoothstep(0.5, 0.95, 1 - abs(0.5 * u * radius + 0.5 * v * radius + 0.3));
    }
  }
  return surface;
}

/** A point of a rounded square's edge, clockwise for t from 0 to 1: four quarter circles. */
function edgeAt(t: number, square: number): [number, number] {
  const quarter = min(3, floor(4 * t));
  // tan(θ/2) goes from 0 to 1 while θ goes from 0 to 90°.
  const s = 4 * t - quarter;
  const [c0, s0] = [(1 - s * s) / (1 + s * s), (2 * s) / (1 + s * s)];
  const [u, v] = (
    [
      [c0, s0],
      [-s0, c0],
      [-c0, -s0],
      [s0, -c0],
    ] as const
  )[quarter] as readonly [number, number];
  const longest = max(abs(u), abs(v));
  const k = mix(1, min(1.28, 1 / longest), 0.75 * square);
  return [u * k, v * k];
}

/** A thin bar between two points, facing the viewer. */
function strip(
  glasses: Glasses,
  from: readonly [number, number, number],
  to: readonly [number, number, number],
  share: number,
): Surface {
  const n = 12;
  const surface = blankSurface(4, n);
  const half = 0.5 * glasses.thick * share + 0.2;
  const [a, b] = from[0] < to[0] ? [from, to] : [to, from];
  for (let r = 0; r < 4; r++)
    for (let c = 0; c < n; c++) {
      const i = r * n + c;
      const t = c / (n - 1);
      surface.x[i] = mix(a[0], b[0], t);
      surface.y[i] = mix(a[1], b[1], t) + half * ((2 * r) / 3 - 1);
      surface.z[i] = mix(a[2], b[2], t) + 0.3;
      surface.tone[i] = glasses.tone;
      surface.alpha[i] = r === 0 || r === 3 ? 0.3 : 0.95;
    }
  return surface;
}
