/**
 * Shadows that a face throws on itself: of the nose on the cheek, of the brow in the eye.
 *
 * From every vertex a few steps towards the lamp ask whether the relief there stands higher than the ray.
 */

import type { Light } from './light';
import type { Pose } from './pose';
import { smoothstep } from './soft';
import type { Surface } from './surface';

const { round, sqrt } = Math;

/** Steps towards the lamp, in units across the face. */
const STEPS = Float64Array.of(2.5, 5, 8.5, 13);
/** How much higher than the ray gives the full shadow: a soft edge. */
const PENUMBRA = 5;
/** Share of the lamp's light that a full shadow takes away: skin lets some through. */
const DEEPEST = 0.62;

/** Darkens the vertices of a head between two heights that lie in the shadow of its own relief. */
export function paintShadows(surface: Surface, light: Light, pose: Pose, top: number, bottom: number): void {
  const { rows, cols, x, y, z, tone, turn } = surface;
  const m = pose.rotation;
  const toHead = (k: number) =>
    (m[k] as number) * light.x + (m[3 + k] as number) * light.y + (m[6 + k] as number) * light.z;
  const [lx, ly, lz] = [toHead(0), toHead(1), toHead(2)];
  const across = sqrt(lx * lx + ly * ly);
  if (across < 0.15) return;
  const [ux, uy, climb] = [lx / across, ly / across, lz / across];
  const deepest = (DEEPEST * light.lamp) / (light.lamp + 0.75 * light.sky);
  const shadow = new Float32Array(rows * cols);
  for (let r = 1; r + 1 < rows; r++) {
    const height = y[r * cols] as number;
    if (height < top || height > bottom) continue;
    const rowsPerUnit = 2 / ((y[(r + 1) * cols] as number) - (y[(r - 1) * cols] as number));
    for (let c = 1; c + 1 < cols; c++) {
      const side = turn[c] as number;
      if (side < -0.85 || side > 0.85) continue;
      const i = r * cols + c;
      const colsPerUnit = 2 / ((x[i + 1] as number) - (x[i - 1] as number));
      let deep = 0;
      for (let k = 0; k < STEPS.length; k++) {
        const step = STEPS[k] as number;
        const cc = c + round(ux * step * colsPerUnit);
        const rr = r + round(uy * step * rowsPerUnit);
        if (cc < 0 || cc >= cols || rr < 0 || rr >= rows) break;
        const above = (z[rr * cols + cc] as number) - (z[i] as number) - step * climb;
        if (above > deep) deep = above;
      }
      shadow[i] = smoothstep(0, PENUMBRA, deep);
    }
  }
  // Averaged over neighbours, since the steps land on whole vertices.
  for (let r = 1; r + 1 < rows; r++)
    for (let c = 1; c + 1 < cols; c++) {
      const i = r * cols + c;
      const beside =
        (shadow[i - 1] as number) +
        (shadow[i + 1] as number) +
        (shadow[i - cols] as number) +
        (shadow[i + cols] as number);
      const mean = (2 * (shadow[i] as number) + beside) / 6;
      if (mean > 0) tone[i] = (tone[i] as number) * (1 - deepest * mean);
    }
}
