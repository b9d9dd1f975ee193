/**
 * Soft edges: the few shapes of falloff that everything here is drawn with.
 *
 * Only +, −, ×, ÷ and comparisons, so that a face has the same bytes everywhere. All of them map numbers to [0, 1].
 */

const { max, min } = Math;

/** 0 below `from`, 1 above `to`, 3t² − 2t³ between; `from` may be the larger one, then it falls. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = (x - from) / (to - from);
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** (1 − d²)² for a squared distance d² below 1, else 0: a smooth bump. */
export function hump(squaredDistance: number): number {
  if (squaredDistance >= 1) return 0;
  const rest = 1 - squaredDistance;
  return rest * rest;
}

/** From a (t = 0) to b (t = 1). */
export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** The nearest number in [from, to]. */
export function clamp(x: number, from: number, to: number): number {
  return max(from, min(to, x));
}
