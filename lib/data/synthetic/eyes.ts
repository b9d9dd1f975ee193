/**
 * Eyes: their geometry, the relief of ball and lids, and their paint.
 *
 * An eye is the space between two lid curves that meet at its corners. With t = 0 at the inner and 1 at the outer corner,
 *
 *   upper(t) = line(t) − rise · 4t(1 − t) · (1.12 − 0.24 t),   lower(t) = line(t) + drop · 4t(1 − t) · (0.88 + 0.24 t)
 */

import type { Expression } from './expression';
import type { Person } from './person';
import { bump, type Ridge, ridge } from './relief';
import { clamp, hump, mix, smoothstep } from './soft';
import { darken, type Surface, visit } from './surface';

const { abs, max, min, sqrt } = Math;

/** Radius of iris and pupil: 11.7 mm and about 4 mm across. */
const IRIS = 3.35;
const PUPIL = 1.35;

export interface Eye {
  /** 1 for the subject's left eye (larger x), −1 for the right. */
  readonly side: 1 | -1;
  readonly inner: readonly [number, number];
  readonly outer: readonly [number, number];
  /** Height of the opening above and below the line between the corners, at its highest. */
  readonly rise: number;
  readonly drop: number;
  /** Middle of the pupil, between the lids. */
  readonly center: readonly [number, number];
  /** 0 closed to 1 open. */
  readonly open: number;
}

/** The geometry of one eye. */
export function eyeOf(person: Person, face: Expression, side: 1 | -1): Eye {
  const y = person.eyeY + 0.5 * side * person.askew[1];
  const half = person.eyeHalf;
  const inner = [side * (person.eyeX - half + 0.1), y + 0.4 * person.eyeSlant] as const;
  const outer = [side * (person.eyeX + half - 0.6), y - 0.6 * person.eyeSlant] as const;
  const opening = person.eyeOpening * face.open;
  const lifted = face.squint * 0.34 * person.eyeOpening;
  const open = clamp(face.open, 0, 1);
  // Closing lids meet below the line between the corners: the upper lid does the moving.
  const rise = mix(-0.22 * person.eyeOpening, 0.58 * opening - 0.1 * lifted, min(1, 1.25 * open));
  const drop = max(-rise, mix(0.22 * person.eyeOpening, 0.43 * person.eyeOpening - 0.65 * lifted, open));
  const across = clamp(0.5 + side * 0.13 * face.gazeX, 0.3, 0.7);
  const eye = { side, inner, outer, rise, drop, open, center: [0, 0] as const };
  const [up, down] = lids(eye, across);
  const x = mix(inner[0], outer[0], across);
  return { ...eye, center: [x, mix(up, down, 0.5 + 0.12 * face.gazeY * open)] };
}

/** Heights of the upper and the lower lid at t. */
function lids(eye: Eye, t: number): [number, number] {
  const line = mix(eye.inner[1], eye.outer[1], t);
  const arc = 4 * t * (1 - t);
  return [line - eye.rise * arc * (1.12 - 0.24 * t), line + eye.drop * arc * (0.88 + 0.24 * t)];
}

/** Socket, eyeball, lid and the bone above. */
export function eyeRelief(eye: Eye, person: Person): Ridge[] {
  const s = eye.side;
  const [x, y] = [(eye.inner[0] + eye.outer[0]) / 2, (eye.inner[1] + eye.outer[1]) / 2];
  const deep = person.socket;
  return [
    ridge([x - 6 * s, y - 1, 11, -3.5 * deep], [x + 5 * s, y, 12, -3.2 * deep]),
    ridge([x - 1.5 * s, y, 8.5, 4.2], [x + 1.5 * s, y, 8.5, 4.2]),
    ridge([x - 8 * s, y - 10, 7, 2.4 * deep], [x + 12 * s, y - 7, 7, 2.2 * deep]),
    // The bag below, and the cheekbone.
    ridge([x - 4 * s, y + 6.5, 4, 0.5 * person.age], [x + 5 * s, y + 6, 4, 0.7 * person.age]),
    bump(x + 7 * s, y + 15, 16, 2.6 + person.cheeks),
  ];
}

/** Paints one eye: shadows around it, lid crease, white, iris, pupil, lashes and the light in it. */
export function paintEye(surface: Surface, eye: Eye, person: Person, soft: number): void {
  const s = eye.side;
  const [cx, cy] = eye.center;
  darken(
    surface,
    ridge(
      [eye.inner[0] - s, eye.inner[1] - 2, 6, 0.12 + 0.14 * person.socket],
      [eye.outer[0] - 3 * s, eye.outer[1] - 3, 7, 0.1 + 0.25 * person.shadows],
    ),
  );
  darken(
    surface,
    ridge([eye.inner[0], eye.inner[1] + 4, 4.5, person.shadows], [cx + 3 * s, cy + 6.5, 4.5, 0.7 * person.shadows]),
  );
  // Under the bone of the brow it is darker, the more so the deeper the eye lies.
  const hollow = 0.17 * person.socket;
  darken(
    surface,
    ridge([eye.inner[0] + 2 * s, eye.inner[1] - 3, 8, hollow], [eye.outer[0] - 3 * s, eye.outer[1] - 3, 8, hollow]),
  );
  const width = eye.outer[0] - eye.inner[0];
  const [left, right] = s > 0 ? [eye.inner[0], eye.outer[0]] : [eye.outer[0], eye.inner[0]];
  const lash = 0.55 + 0.5 * person.lashes;
  visit(surface, [left - 4, cy - 12, right + 4, cy + 9], (at) => {
    const x = surface.x[at] as number;
    const y = surface.y[at] as number;
    const t = (x - eye.inner[0]) / width;
    const [up, down] = lids(eye, clamp(t, 0, 1));
    const beside = max(0, -t, t - 1) * abs(width);
    let tone = surface.tone[at] as number;
    // The crease above the upper lid, and a soft one below.
    const crease = (y - (up - 2.1 - 0.9 * eye.open)) / 1.2;
    tone *= 1 - 0.34 * hump(crease * crease + (beside * beside) / 12);
    const bag = (y - (down + 2.2)) / 1.3;
    tone *= 1 - 0.13 * hump(bag * bag + (beside * beside) / 9);
    // Inside the lids: white, darker under the upper lid and in the corners.
    const inside =
      smoothstep(-soft, soft, y - up) *
      smoothstep(-soft, soft, down - y) *
      smoothstep(-0.02, 0.05, t) *
      smoothstep(1.02, 0.95, t);
    if (inside > 0) tone = mix(tone, eyeball(eye, person, x - cx, y - cy, y - up, t, soft), inside);
    // Lashes: a dark line along the upper lid that grows outwards, a faint one along the lower.
    const upper = (y - up) / lash;
    const flick = t > 0.8 ? 0.5 : 0;
    tone *=
      1 -
      (0.42 + 0.45 * person.lashes) *
        hump(upper * upper + (beside * beside) / (2 + flick * 6)) *
        (0.6 + 0.4 * clamp(t, 0, 1));
    const lower = (y - down) / 0.9;
    tone *= 1 - (0.14 + 0.22 * person.lashes) * hump(lower * lower + (beside * beside) / 2);
    surface.tone[at] = tone;
    // The light in the eye.
    const [gx, gy] = [x - cx - 0.9, y - cy + 1.1];
    surface.glow[at] = (surface.glow[at] as number) + 0.4 * inside * hump((gx * gx + gy * gy) / 1.3);
  });
}

/** Tone of the eyeball at a distance (dx, dy) from the middle of the pupil and `below` the upper lid. */
function eyeball(eye: Eye, person: Person, dx: number, dy: number, below: number, t: number, soft: number): number {
  const corner = 1 - 0.4 * hump((t * t) / 0.06) - 0.25 * hump(((1 - t) * (1 - t)) / 0.05);
  const lid = mix(0.5, 1, smoothstep(0, 2.6, below));
  const white = (0.36 + 0.5 * person.skin) * person.white * corner * lid;
  const radius = sqrt(dx * dx + (dy + 0.15 * eye.rise) * (dy + 0.15 * eye.rise));
  const iris =
    person.iris * (0.75 + 0.5 * smoothstep(PUPIL, IRIS, radius)) * (1 - 0.5 * smoothstep(IRIS - 1, IRIS, radius)) * lid;
  const coloured = mix(iris, 0.02, smoothstep(PUPIL + soft, PUPIL - soft, radius));
  return mix(white, coloured, smoothstep(IRIS + soft, IRIS - soft, radius));
}
