/** Brows: a curve from the inner to the outer end, thick inside and tapered outside, made of hairs. */

import type { Expression } from './expression';
import { noise } from './noise';
import type { Person } from './person';
import { type Ridge, ridge } from './relief';
import { clamp, hump, mix, smoothstep } from './soft';
import { darken, type Surface, visit } from './surface';

const { abs, max, min } = Math;

/** Where along a brow its hairs close up, 0 the inner end to 1 the outer. */
const DENSE = 0.06;

export interface Brow {
  readonly side: 1 | -1;
  readonly inner: readonly [number, number];
  readonly outer: readonly [number, number];
  /** How far the curve rises above the line between its ends, and where along it. */
  readonly arch: number;
}

/** The geometry of one brow. */
export function browOf(person: Person, face: Expression, side: 1 | -1): Brow {
  const raise = 2.6 * face.browRaise + (face.open === 0 ? -0.4 : 0) + side * person.askew[0];
  const y = person.eyeY - person.browGap - raise;
  const inner = [
    side * (person.eyeX - person.browIn - 0.9 * face.frown),
    y + 0.5 - 0.5 * person.browSlope + 2 * face.frown,
  ] as const;
  const outer = [side * (person.eyeX + person.browOut), y + 0.5 + person.browSlope + 0.4 * raise] as const;
  return { side, inner, outer, arch: max(0.2, person.browArch + 0.5 * face.browRaise - 0.7 * face.frown) };
}

/**
 * The ends as landmarks. Annotators mark the inner end at the upper corner where the hairs close up, and the outer end at the tip of
 * the tail.
 */
export function browEnds(
  brow: Brow,
  person: Person,
): [inner: readonly [number, number], outer: readonly [number, number]] {
  const { inner, outer } = brow;
  return [[mix(inner[0], outer[0], DENSE), lineAt(brow, DENSE) - person.browThick], outer];
}

/** Height of the brow's middle line at t, 0 inside to 1 outside; the peak lies beyond the middle. */
function lineAt(brow: Brow, t: number): number {
  const skewed = t * (0.72 + 0.28 * t);
  return mix(brow.inner[1], brow.outer[1], t) - brow.arch * 4 * skewed * (1 - skewed);
}

/** The muscle under the brow, and the folds between frowning ones. */
export function browRelief(brow: Brow, face: Expression): Ridge[] {
  const s = brow.side;
  const [x, y] = brow.inner;
  return [
    ridge([x + 2 * s, y, 5, 1.1 + 0.8 * face.frown], [brow.outer[0] - 4 * s, brow.outer[1] - 1, 4.5, 0.8]),
    ridge([0.4 * x, y - 2, 2, -0.9 * face.frown], [0.42 * x, y + 4, 2, -0.9 * face.frown]),
  ];
}

/** Paints one brow. */
export function paintBrow(surface: Surface, brow: Brow, person: Person, soft: number): void {
  const [left, right] = brow.side > 0 ? [brow.inner[0], brow.outer[0]] : [brow.outer[0], brow.inner[0]];
  const width = brow.outer[0] - brow.inner[0];
  const top = min(brow.inner[1], brow.outer[1]) - brow.arch;
  const colour = min(0.75 * person.skin, 0.03 + 0.6 * person.hair);
  darken(surface, ridge([brow.inner[0], brow.inner[1] + 1, 3.5, 0.15], [brow.outer[0], brow.outer[1], 2.5, 0.08]));
  visit(surface, [left - 2, top - 5, right + 2, top + 12], (at) => {
    const x = surface.x[at] as number;
    const y = surface.y[at] as number;
    const t = (x - brow.inner[0]) / width;
    const along = clamp(t, 0, 1);
    const beside = max(0, -t, t - 1) * abs(width);
    const thick = person.browThick * mix(1.05, 0.5, smoothstep(0.3, 1, along)) * mix(0.8, 1, smoothstep(0, 0.2, along));
    const hairs = noise(1.1 * x + 0.55 * brow.side * y, 0.35 * y, person.seed + 7);
    const off = (y - lineAt(brow, along) + 0.25 * hairs) / (thick + 0.5 * soft);
    const inside = hump(0.62 * off * off + beside * beside);
    if (inside <= 0) return;
    const cover =
      person.browDark *
      min(1, 1.7 * inside) *
      (0.86 + 0.3 * hairs) *
      smoothstep(-0.09, 0.12, t) *
      smoothstep(1.08, 0.85, t);
    surface.tone[at] = mix(surface.tone[at] as number, colour, clamp(cover, 0, 1));
  });
}
