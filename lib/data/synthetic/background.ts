/** The background: a gradient, soft shapes out of focus, sometimes edges, and blotches. */

import type { Random } from '../../random';
import type { Canvas } from './canvas';
import { noise } from './noise';
import { clamp, hump, mix, smoothstep } from './soft';

const { floor, min } = Math;

/** Distance of the places where it is worked out, in pixels of a 96-pixel picture; between them it is interpolated. */
const STEP = 2;
const PLACES = 96 / STEP + 2;

/** Draws a random background over the whole canvas. */
export function paintBackground(canvas: Canvas, random: Random): void {
  const grid = drawPlaces(random);
  const { side, light } = canvas;
  const zoom = 96 / side / STEP;
  const line = new Float32Array(PLACES);
  for (let y = 0; y < side; y++) {
    const v = (y + 0.5) * zoom;
    const r = floor(v);
    for (let c = 0; c < PLACES; c++)
      line[c] = mix(grid[r * PLACES + c] as number, grid[(r + 1) * PLACES + c] as number, v - r);
    for (let x = 0; x < side; x++) {
      const u = (x + 0.5) * zoom;
      const c = floor(u);
      light[y * side + x] = mix(line[c] as number, line[c + 1] as number, u - c);
    }
  }
}

function drawPlaces(random: Random): Float32Array {
  const grid = new Float32Array(PLACES * PLACES);
  const base = random.chance(0.45) ? random.uniform(0.02, 0.2) : random.uniform(0.2, 1);
  const [gx, gy] = [random.uniform(-0.25, 0.25), random.uniform(-0.25, 0.25)];
  const plain = random.chance(0.35);
  const shapes = Array.from({ length: plain ? 0 : 1 + random.below(5) }, () => shapeOf(random, base));
  const blotches = plain ? 0.02 : random.uniform(0.02, 0.14);
  const seed = random.below(0x7fffffff);
  const fine = random.uniform(0.04, 0.2);
  for (let r = 0; r < PLACES; r++)
    for (let c = 0; c < PLACES; c++) {
      const [x, y] = [c * STEP, r * STEP];
      let value = base + (gx * (x - 48)) / 48 + (gy * (y - 48)) / 48;
      for (const shape of shapes) value = shape(x, y, value);
      grid[r * PLACES + c] = clamp(value + blotches * noise(fine * x, fine * y, seed), 0.01, 1.15);
    }
  return grid;
}

/** A soft disc or the edge of something large. */
function shapeOf(random: Random, base: number): (x: number, y: number, under: number) => number {
  const tone = clamp(base + 0.35 * random.normal(), 0.02, 1.1);
  const [x0, y0] = [random.uniform(-10, 106), random.uniform(-10, 90)];
  if (random.chance(0.5)) {
    const [rx, ry] = [random.uniform(8, 40), random.uniform(8, 40)];
    return (x, y, under) =>
      mix(under, tone, min(1, 2 * hump(((x - x0) * (x - x0)) / (rx * rx) + ((y - y0) * (y - y0)) / (ry * ry))));
  }
  const lean = random.uniform(-0.35, 0.35);
  const upright = random.chance(0.65);
  const [width, soft] = [random.uniform(4, 50), random.uniform(1, 5)];
  return (x, y, under) => {
    const along = upright ? x - x0 + lean * y : y - y0 + lean * x;
    return mix(under, tone, smoothstep(-soft, soft, along) * smoothstep(width + soft, width - soft, along));
  };
}
