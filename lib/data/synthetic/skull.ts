/**
 * The bare shape of a head: a lathe with a half-width and a depth at every height.
 *
 * Head coordinates, in units of one pixel of a 96-pixel picture: x to the picture's right (the subject's left) from the middle
 * of the face, y down, z towards the viewer. The eyes of a frontal head stand at y ≈ 39, z ≈ 0, the ears at z = `axis`.
 *
 *   x = halfWidth(y) · sin θ,   z = axis + depth(y) · front(cos θ)
 *
 * Hair, hats, necks and shoulders are skulls too, only larger.
 */

import { clamp } from './soft';

const { max, min, sqrt } = Math;

export interface Skull {
  /** Half-width at the widest height. */
  readonly halfWidth: number;
  /** The widest height, and how far the head goes above and below it. */
  readonly widest: number;
  readonly up: number;
  readonly down: number;
  /** How the lower half narrows: 1 an ellipse, less a square jaw, more a pointed chin. */
  readonly jaw: number;
  /** From the axis to the face, and from the axis to the back. */
  readonly depth: number;
  readonly back: number;
  /** z of the axis. */
  readonly axis: number;
  /** How much flatter than an ellipse the front is, 0 to 0.5. */
  readonly flat: number;
}

/** Half-width at height y; 0 above the top and below the chin. */
export function halfWidthAt(skull: Skull, y: number): number {
  if (y < skull.widest) {
    const t = min(1, (skull.widest - y) / skull.up);
    return skull.halfWidth * sqrt(1 - t * t * (0.45 + 0.55 * t * t));
  }
  const t = min(1, (y - skull.widest) / skull.down);
  return skull.halfWidth * sqrt(max(0, 1 - t * t * (skull.jaw + (1 - skull.jaw) * t * t)));
}

/** Share of the full depth at height y: the forehead leans back, the chin turns under. */
export function depthShareAt(skull: Skull, y: number): number {
  if (y < skull.widest) {
    const t = min(1, (skull.widest - y) / skull.up);
    return sqrt(1 - t * t * (0.25 + 0.75 * t * t));
  }
  const t = min(1, (y - skull.widest) / skull.down);
  const t2 = t * t;
  const t4 = t2 * t2;
  return sqrt(max(0, 1 - t4 * t4 * t2));
}

/** z relative to the axis for the cosine of the angle around it, 1 in front and −1 behind. */
export function around(skull: Skull, cosine: number): number {
  if (cosine < 0) return skull.back * cosine;
  return skull.depth * cosine * (1 + skull.flat * (1 - cosine));
}

/** z of the front of the skull at (x, y). */
export function frontAt(skull: Skull, x: number, y: number): number {
  const sine = clamp(x / max(1e-6, halfWidthAt(skull, y)), -1, 1);
  return skull.axis + depthShareAt(skull, y) * around(skull, sqrt(1 - sine * sine));
}
