/**
 * Surfaces: meshes of vertices in head coordinates with a tone (how much light they send back), a glow (light of their own),
 * and an opacity; painted in place, drawn by render.ts.
 *
 * `lathe` wraps one around a skull; others start from `blankSurface`. `visit`, `emboss` and `darken` work on the front of one.
 */

import { cosSin, type Pose } from './pose';
import { type Ridge, ridgeAt } from './relief';
import { around, depthShareAt, halfWidthAt, type Skull } from './skull';

const { abs, floor, max, min } = Math;

/** Distance of vertices in units at 96 pixels and below; larger pictures get finer ones. */
const PITCH = 1.15;
/** How much coarser surfaces are where there are no features, and the sine of the angle around a head where that begins. */
const COARSE = 1.7;
const STEEP = 0.8;

export interface Surface {
  readonly rows: number;
  readonly cols: number;
  /** [rows, cols] place in head coordinates. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly tone: Float32Array;
  readonly glow: Float32Array;
  readonly alpha: Float32Array;
  /** [cols] how far around the head a column is: 0 in front, 1 at the side, 2 behind; negative at the picture's left. */
  readonly turn: Float32Array;
}

/** Distance of vertices in units for pictures of a size. */
export function pitchFor(size: number): number {
  return PITCH * min(1, 96 / size);
}

/** A surface of rows × cols vertices, all opaque, all at the origin. */
export function blankSurface(rows: number, cols: number): Surface {
  const n = rows * cols;
  const all = new Float32Array(6 * n);
  const part = (k: number) => all.subarray(k * n, (k + 1) * n);
  const surface = { rows, cols, x: part(0), y: part(1), z: part(2), tone: part(3), glow: part(4), alpha: part(5) };
  surface.alpha.fill(1);
  return { ...surface, turn: new Float32Array(cols) };
}

/** Heights from `top` to `bottom`, `pitch` apart between `from` and `to` and coarser elsewhere. */
export function heights(top: number, bottom: number, pitch: number, from = top, to = bottom): number[] {
  const out: number[] = [];
  for (let y = top; y < bottom - 0.2 * pitch; y += y < from || y > to ? COARSE * pitch : pitch) out.push(y);
  return [...out, bottom];
}

/** A surface around a skull at the given heights, as far around as the pose lets one see. */
export function lathe(skull: Skull, pose: Pose, at: readonly number[], pitch: number): Surface {
  const rows = at.length;
  const t = pitch / (2 * skull.halfWidth);
  const angles = [...columns(t, -1, pose).reverse(), [1, 0] as [number, number], ...columns(t, 1, pose)];
  const cols = angles.length;
  const sines = Float64Array.from(angles, ([, sine]) => sine);
  const reach = Float64Array.from(angles, ([cosine]) => around(skull, cosine));
  const surface = blankSurface(rows, cols);
  for (let r = 0; r < rows; r++) {
    const y = at[r] as number;
    const half = halfWidthAt(skull, y);
    const share = depthShareAt(skull, y);
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      surface.x[i] = half * (sines[c] as number);
      surface.y[i] = y;
      surface.z[i] = skull.axis + share * (reach[c] as number);
    }
  }
  angles.forEach(([cosine, sine], c) => {
    surface.turn[c] = cosine >= 0 ? sine : (sine < 0 ? -1 : 1) * (2 - abs(sine));
  });
  return surface;
}

/** Cosines and sines of the columns on one side, until they turn away from the viewer. */
function columns(t: number, side: -1 | 1, pose: Pose): [number, number][] {
  const fine = cosSin(t);
  const coarse = cosSin(COARSE * t);
  const out: [number, number][] = [];
  const towardX = pose.rotation[6] as number;
  const towardZ = pose.rotation[8] as number;
  let [cosine, sine] = [1, 0];
  for (let k = 0; k < 4000; k++) {
    const [stepCos, stepSin] = sine > STEEP ? coarse : fine;
    [cosine, sine] = [cosine * stepCos - sine * stepSin, sine * stepCos + cosine * stepSin];
    if (cosine * towardZ + side * sine * towardX < -0.3) break;
    out.push([cosine, side * sine]);
  }
  return out;
}

/** Visits the vertices of the front of a surface inside a box, by their index: passing x and y would allocate them. */
export function visit(
  surface: Surface,
  box: readonly [left: number, top: number, right: number, bottom: number],
  see: (at: number) => void,
): void {
  const { rows, cols, x, y, turn } = surface;
  const [left, top, right, bottom] = box;
  const front = turn.findIndex((around) => around > -1);
  for (let r = 0; r < rows; r++) {
    const height = y[r * cols] as number;
    if (height < top || height > bottom) continue;
    // The first column with x ≥ left: x grows with the column on the front.
    let low = r * cols + front;
    let high = low + floor(cols / 2);
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((x[middle] as number) < left) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < (r + 1) * cols && (turn[at - r * cols] as number) < 1; at++) {
      const place = x[at] as number;
      if (place > right) break;
      see(at);
    }
  }
}

/** Raises the front of a surface by a relief. */
export function emboss(surface: Surface, relief: readonly Ridge[]): void {
  for (const it of relief)
    visit(surface, boxOf(it), (at) => {
      surface.z[at] = (surface.z[at] as number) + ridgeAt(it, surface.x[at] as number, surface.y[at] as number);
    });
}

/** Darkens (height above 0) or lightens the front along a ridge: tone ← tone · (1 − height). */
export function darken(surface: Surface, it: Ridge): void {
  visit(surface, boxOf(it), (at) => {
    surface.tone[at] =
      (surface.tone[at] as number) * (1 - ridgeAt(it, surface.x[at] as number, surface.y[at] as number));
  });
}

function boxOf(it: Ridge): [number, number, number, number] {
  const r = max(it.r0, it.r1);
  return [min(it.x0, it.x1) - r, min(it.y0, it.y1) - r, max(it.x0, it.x1) + r, max(it.y0, it.y1) + r];
}
