/**
 * Mouth: four curves between two corners (both edges of both lips), their relief and paint, teeth and the dark inside.
 *
 * With u from −1 (right corner) to 1 (left corner), an edge is  y(u) = corner line(u) + height · (1 − u²)^k, written with
 * whole powers; the upper edge of the upper lip dips in the middle.
 */

import type { Expression } from './expression';
import { noise } from './noise';
import type { Person } from './person';
import { bump, type Ridge, ridge } from './relief';
import { clamp, hump, mix, smoothstep } from './soft';
import { darken, type Surface, visit } from './surface';

const { abs, floor, max, min, sqrt } = Math;

export interface Mouth {
  readonly left: readonly [number, number];
  readonly right: readonly [number, number];
  /** Middle of the upper edge of the upper lip, its lower edge, and the same for the lower lip from its upper edge. */
  readonly top: number;
  readonly innerTop: number;
  readonly innerBottom: number;
  readonly bottom: number;
  /** Depth of the dip in the middle of the upper lip. */
  readonly bow: number;
}

/** The geometry of the mouth. */
export function mouthOf(person: Person, face: Expression): Mouth {
  const up = max(0, face.smile);
  const half = person.mouthHalf + 3.6 * face.smile - 3.4 * face.pucker - 0.12 * face.jawDrop;
  const line = person.mouthY - 1.6 * up;
  const corner = line + 0.2 - 2.1 * face.smile + 0.25 * face.gap;
  const thin = 1 - 0.3 * up + 0.3 * face.pucker;
  const upperLip = person.upperLip * thin;
  const lowerLip = person.lowerLip * (1 - 0.22 * up + 0.15 * face.pucker);
  const innerTop = line - 0.28 * face.gap;
  const innerBottom = innerTop + face.gap;
  return {
    left: [half + 0.3 * person.askew[2], corner + person.askew[2]],
    right: [-half + 0.3 * person.askew[2], corner - person.askew[2]],
    ...{ top: innerTop - upperLip, innerTop, innerBottom, bottom: innerBottom + lowerLip },
    bow: 0.75 + 0.12 * upperLip,
  };
}

/** Heights of the four edges at u, from the top down. */
function edges(mouth: Mouth, u: number): [number, number, number, number] {
  const line = mix(mouth.right[1], mouth.left[1], (u + 1) / 2);
  const u2 = u * u;
  const round = 1 - u2;
  const flat = 1 - u2 * u2;
  const dip = (abs(u) - 0.22) / 0.3;
  const bow = mouth.bow * (hump(dip * dip) - hump((0.22 * 0.22) / 0.09));
  const middle = 0.35 * (mouth.left[1] + mouth.right[1]) * 0.5 + 0.65 * mouth.innerTop;
  return [
    line + (mouth.top - line) * (0.4 * round + 0.6 * round * sqrt(round)) - bow * round,
    line + (mouth.innerTop - line) * round + 0.25 * (middle - line) * (flat - round),
    line + (mouth.innerBottom - line) * (0.5 * round + 0.5 * flat),
    line + (mouth.bottom - line) * (0.45 * round + 0.55 * sqrt(round)),
  ];
}

/** Upper edge of the upper lip and lower edge of the lower lip in the middle, as landmarks. */
export function lipCenters(mouth: Mouth): { top: readonly [number, number]; bottom: readonly [number, number] } {
  const middle = (mouth.left[0] + mouth.right[0]) / 2;
  const [top, , , bottom] = edges(mouth, 0);
  return { top: [middle, top], bottom: [middle, bottom] };
}

/** The muzzle, the lips, the dent under them, cheeks pushed up by a smile, and the chin. */
export function mouthRelief(mouth: Mouth, person: Person, face: Expression): Ridge[] {
  const half = mouth.left[0];
  const smile = max(0, face.smile);
  const chinY = mouth.bottom + 10;
  const lips = 1.3 + 1.6 * face.pucker;
  return [
    ridge([-6, mouth.innerTop, 23, 3.4], [6, mouth.innerTop, 23, 3.4]),
    ridge(
      [-0.55 * half, mix(mouth.top, mouth.innerTop, 0.6), 3.2, lips],
      [0.55 * half, mix(mouth.top, mouth.innerTop, 0.6), 3.2, lips],
    ),
    ridge(
      [-0.45 * half, mix(mouth.innerBottom, mouth.bottom, 0.5), 3.6, 1.25 * lips],
      [0.45 * half, mix(mouth.innerBottom, mouth.bottom, 0.5), 3.6, 1.25 * lips],
    ),
    ridge([-5, mouth.bottom + 2.6, 4.5, -1.9], [5, mouth.bottom + 2.6, 4.5, -1.9]),
    ridge([-3, chinY, 11, person.chin], [3, chinY, 11, person.chin]),
    ...[-1, 1].flatMap((s) => [
      bump(s * (half + 9), mouth.innerTop - 14, 12, 3.4 * smile),
      bump(s * (half + 1.5), (mouth.left[1] + mouth.right[1]) / 2, 4.5, -0.5 - 0.5 * smile),
    ]),
  ];
}

/** Paints lips, teeth and the inside. */
export function paintMouth(surface: Surface, mouth: Mouth, person: Person, face: Expression, soft: number): void {
  const [left, right] = [mouth.left[0], mouth.right[0]];
  const half = (left - right) / 2;
  const below = 0.05 + 0.03 * person.chin;
  darken(surface, ridge([right + 5, mouth.bottom + 2.2, 3, below], [left - 5, mouth.bottom + 2.2, 3, below]));
  for (const [x, y] of [mouth.left, mouth.right]) darken(surface, bump(x, y, 2.6, 0.3));
  const lip = person.skin * (1 - person.lipDark);
  visit(surface, [right - 2, mouth.top - 4, left + 2, mouth.bottom + 3], (at) => {
    const x = surface.x[at] as number;
    const y = surface.y[at] as number;
    const u = clamp((x - (left + right) / 2) / half, -1, 1);
    const ends = smoothstep(1.0, 0.94, abs((x - (left + right) / 2) / half));
    const [top, innerTop, innerBottom, bottom] = edges(mouth, u);
    let tone = surface.tone[at] as number;
    const lips = smoothstep(-1.3 * soft, 0.9 * soft, y - top) * smoothstep(-1.6 * soft, 0.8 * soft, bottom - y) * ends;
    if (lips > 0) {
      const wrinkles = 0.05 * noise(0.9 * x, 0.25 * y, person.seed + 11);
      // The upper lip looks down and is darker; the lower one catches light.
      const upper = smoothstep(innerTop + soft, innerTop - soft, y);
      tone = mix(tone, lip * (mix(1.06, 0.84, upper) + wrinkles), 0.9 * lips);
    }
    const inside = smoothstep(-soft, soft, y - innerTop) * smoothstep(-soft, soft, innerBottom - y) * ends;
    if (inside > 0 && face.gap > 0)
      tone = mix(tone, insideOf(face, u, y - innerTop, innerBottom - innerTop, x, person), inside);
    const seam = (y - (innerTop + innerBottom) / 2) / (0.95 + 0.5 * soft + 0.2 * face.gap);
    if (face.gap < 1.6) tone *= 1 - 0.62 * (1 - face.gap / 1.6) * hump(seam * seam) * smoothstep(1.04, 0.9, abs(u));
    surface.tone[at] = tone;
  });
}

/** Tone between the lips, `below` the upper lip: teeth in front, dark behind, the tongue. */
function insideOf(face: Expression, u: number, below: number, gap: number, x: number, person: Person): number {
  const dark = 0.035 + 0.14 * smoothstep(0.55, 1, below / max(1, gap)) * smoothstep(3, 7, gap);
  const shown = face.smile > 0.35 ? min(4.8, 0.5 + 0.66 * gap) : 1 + 1.6 * max(0, noise(0.5, 0.5, person.seed));
  const gaps = 1 - 0.1 * hump(((x / 2.7 - floor(x / 2.7) - 0.5) * (x / 2.7 - floor(x / 2.7) - 0.5)) / 0.03);
  const tooth = (0.6 + 0.3 * person.skin) * gaps * mix(0.3, 1, smoothstep(0, 1.5, below)) * (1 - 0.8 * u * u);
  return mix(dark, tooth, smoothstep(shown + 0.5, shown - 0.5, below) * smoothstep(0.9, 0.6, abs(u)));
}
