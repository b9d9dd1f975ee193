/**
 * Rendering: a surface, seen from where the pose puts the viewer and lit by the lamp and the sky, onto the canvas.
 *
 *   shade = tone · (sky · (0.75 + n · s) + lamp · (n · l + wrap) / (1 + wrap)) + gloss · lamp · (n · h)¹² + glow
 *
 * Normals come from the neighbours of each vertex after the projection, so that the light sees the very relief that is drawn.
 */

import { type Canvas, draw, type Projected } from './canvas';
import type { Light } from './light';
import { PIVOT, type Pose } from './pose';
import type { Surface } from './surface';

const { max, sqrt } = Math;

/** Projects, lights and draws a surface. */
export function render(canvas: Canvas, surface: Surface, pose: Pose, light: Light, gloss: number): void {
  const { rows, cols, alpha } = surface;
  const projected = scratchFor(rows, cols, alpha);
  projectAll(surface, pose, canvas.side / 96, projected);
  const { px, py, pz, shade } = projected;
  const { tone, glow } = surface;
  // Fields of objects as constants: Node 20 allocates a number each time it reads one inside the loop.
  const { x: lx, y: ly, z: lz, hx, hy, hz, lamp, sky, skyX, skyY, wrap } = light;
  const side = canvas.side;
  for (let r = 0; r < rows; r++) {
    const up = r > 0 ? cols : 0;
    const down = r + 1 < rows ? cols : 0;
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      const e = c + 1 < cols ? i + 1 : i;
      const w = c > 0 ? i - 1 : i;
      const s = i + down;
      const n = i - up;
      shade[i] = 0;
      if (!((alpha[e] as number) + (alpha[w] as number) + (alpha[s] as number) + (alpha[n] as number) > 0)) continue;
      if (!((py[s] as number) > -2 && (py[n] as number) < side + 2)) continue;
      const ax = (px[e] as number) - (px[w] as number);
      const ay = (py[e] as number) - (py[w] as number);
      const az = (pz[e] as number) - (pz[w] as number);
      const bx = (px[s] as number) - (px[n] as number);
      const by = (py[s] as number) - (py[n] as number);
      const bz = (pz[s] as number) - (pz[n] as number);
      const nx = ay * bz - az * by;
      const ny = az * bx - ax * bz;
      const nz = ax * by - ay * bx;
      const inverse = 1 / (sqrt(nx * nx + ny * ny + nz * nz) + 1e-12);
      const facing = max(0, ((nx * lx + ny * ly + nz * lz) * inverse + wrap) / (1 + wrap));
      const glint = max(0, (nx * hx + ny * hy + nz * hz) * inverse);
      const glint4 = glint * glint * glint * glint;
      const lit = sky * (0.75 + (nx * skyX + ny * skyY) * inverse) + lamp * facing;
      shade[i] = (tone[i] as number) * lit + gloss * lamp * glint4 * glint4 * glint4 + (glow[i] as number);
    }
  }
  draw(canvas, projected);
}

/** `project` for all vertices, into sub-pixels. */
function projectAll(surface: Surface, pose: Pose, zoom: number, to: Projected): void {
  const { x, y, z } = surface;
  const { px, py, pz } = to;
  const m = pose.rotation;
  const [m0, m1, m2] = [m[0] as number, m[1] as number, m[2] as number];
  const [m3, m4, m5] = [m[3] as number, m[4] as number, m[5] as number];
  const [m6, m7, m8] = [m[6] as number, m[7] as number, m[8] as number];
  const { scale, stretch, distance, x: left, y: top } = pose;
  const { x: pivotX, y: pivotY, z: pivotZ } = PIVOT;
  const n = surface.rows * surface.cols;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] as number) - pivotX;
    const dy = (y[i] as number) - pivotY;
    const dz = (z[i] as number) - pivotZ;
    const depth = m6 * dx + m7 * dy + m8 * dz;
    const s = (scale * distance) / (distance - depth);
    px[i] = (left + stretch * s * (m0 * dx + m1 * dy + m2 * dz) + 0.5) * zoom - 0.5;
    py[i] = (top + (s * (m3 * dx + m4 * dy + m5 * dz)) / stretch + 0.5) * zoom - 0.5;
    pz[i] = scale * depth * zoom;
  }
}

/** Arrays for the vertices on their way to the canvas, used again by every surface: half of the time went to making them. */
let scratch = new Float32Array(0);

function scratchFor(rows: number, cols: number, alpha: Float32Array): Projected {
  const n = rows * cols;
  if (scratch.length < 4 * n) scratch = new Float32Array(4 * n);
  const part = (k: number) => scratch.subarray(k * n, (k + 1) * n);
  return { rows, cols, px: part(0), py: part(1), pz: part(2), shade: part(3), alpha };
}
