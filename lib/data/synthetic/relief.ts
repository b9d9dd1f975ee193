/**
 * Relief: what stands out of the skull or sinks into it, as a list of soft ridges.
 *
 * A ridge runs from (x0, y0) to (x1, y1); its radius and height change evenly along it, and across it is (1 − d²/r²)². The
 * same function gives the surface that is drawn and the z of a landmark, so a landmark lies on what is seen. Ridges also
 * serve as soft strokes of paint: then their height is an opacity.
 */

import { hump } from './soft';

const { max, min } = Math;

export interface Ridge {
  readonly x0: number;
  readonly y0: number;
  /** Radius and height at the start. */
  readonly r0: number;
  readonly h0: number;
  readonly x1: number;
  readonly y1: number;
  /** Radius and height at the end. */
  readonly r1: number;
  readonly h1: number;
}

/** A round bump. */
export function bump(x: number, y: number, radius: number, height: number): Ridge {
  return { x0: x, y0: y, r0: radius, h0: height, x1: x, y1: y, r1: radius, h1: height };
}

/** A ridge between two points, each [x, y, radius, height]. */
export function ridge(
  [x0, y0, r0, h0]: readonly [number, number, number, number],
  [x1, y1, r1, h1]: readonly [number, number, number, number],
): Ridge {
  return { x0, y0, r0, h0, x1, y1, r1, h1 };
}

/** Height of one ridge at (x, y). */
export function ridgeAt(it: Ridge, x: number, y: number): number {
  const dx = it.x1 - it.x0;
  const dy = it.y1 - it.y0;
  const squared = dx * dx + dy * dy;
  let t = squared > 0 ? ((x - it.x0) * dx + (y - it.y0) * dy) / squared : 0;
  t = max(0, min(1, t));
  const ex = x - it.x0 - t * dx;
  const ey = y - it.y0 - t * dy;
  const r = it.r0 + t * (it.r1 - it.r0);
  return (it.h0 + t * (it.h1 - it.h0)) * hump((ex * ex + ey * ey) / (r * r));
}

/** Height of a whole relief at (x, y). */
export function reliefAt(relief: readonly Ridge[], x: number, y: number): number {
  let sum = 0;
  for (const it of relief) sum += ridgeAt(it, x, y);
  return sum;
}
