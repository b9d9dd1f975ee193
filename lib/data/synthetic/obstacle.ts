/** What stands before a face: a microphone, or the fingers of a hand, that reach in from below. */

import type { Random } from '../../random';
import type { Canvas } from './canvas';
import { noise } from './noise';
import type { Person } from './person';
import { clamp, mix, smoothstep } from './soft';

const { ceil, floor, max, min, sqrt } = Math;

/** A rod with round ends, in pixels of a 96-pixel picture. */
interface Rod {
  readonly x: number;
  readonly y: number;
  readonly endX: number;
  readonly endY: number;
  readonly radius: number;
  readonly tone: number;
  /** Contrast of its texture. */
  readonly rough: number;
}

/** One face in ten has something before it. */
export function drawObstacle(random: Random, person: Person): Rod[] {
  const [x, y] = [random.uniform(14, 82), random.uniform(64, 92)];
  const lean = random.uniform(-0.6, 0.6);
  const hand = random.chance(0.5);
  const fingers = hand ? 2 + random.below(3) : 1;
  const radius = hand ? random.uniform(3.4, 5) : random.uniform(4, 9);
  const tone = hand ? person.skin * random.uniform(0.7, 1.05) : random.uniform(0.02, 0.25);
  const long = Array.from({ length: fingers }, (_, k) => ({
    x: x + 1.7 * radius * k,
    y: y + random.uniform(0, hand ? 7 : 0),
    endX: x + 1.7 * radius * k + 50 * lean,
    ...{ endY: y + 50, radius, tone, rough: hand ? 0.06 : 0.5 },
  }));
  const rods = hand ? long : microphone(long[0] as Rod);
  return random.chance(0.1) ? rods : [];
}

/** The head of a microphone at the upper end of the thin rod that carries it. */
function microphone(rod: Rod): Rod[] {
  const { x, y, radius, tone } = rod;
  const length = (0.8 * radius) / (rod.endY - y);
  const head = { ...rod, endX: mix(x, rod.endX, length), endY: mix(y, rod.endY, length) };
  return [{ ...rod, radius: 0.45 * radius, tone: 0.7 * tone, rough: 0.1 }, head];
}

/** Paints rods over the picture, lit from above. */
export function paintObstacle(canvas: Canvas, rods: readonly Rod[], seed: number): void {
  for (const rod of rods) paintRod(canvas, rod, seed);
}

function paintRod({ side, light }: Canvas, rod: Rod, seed: number): void {
  const zoom = side / 96;
  const { x, y, endX, endY, radius, tone, rough } = rod;
  const [dx, dy] = [endX - x, endY - y];
  const squared = dx * dx + dy * dy;
  const [left, right] = [min(x, endX) - radius - 1, max(x, endX) + radius + 1];
  for (let r = max(0, floor((y - radius - 1) * zoom)); r < min(side, ceil((endY + radius + 1) * zoom)); r++)
    for (let c = max(0, floor(left * zoom)); c < min(side, ceil(right * zoom)); c++) {
      const [px, py] = [(c + 0.5) / zoom - 0.5, (r + 0.5) / zoom - 0.5];
      const t = clamp(((px - x) * dx + (py - y) * dy) / squared, 0, 1);
      const [ex, ey] = [px - x - t * dx, py - y - t * dy];
      const off = sqrt(ex * ex + ey * ey) / radius;
      if (off >= 1.1) continue;
      const round = 1 - 0.55 * off * off - (0.25 * ey) / radius;
      const value = tone * round * (1 + rough * noise(0.8 * px, 0.8 * py, seed + 51));
      const i = r * side + c;
      light[i] = mix(light[i] as number, value, smoothstep(1.08, 0.92, off));
    }
}
