/** Hats: caps with a visor and the shadow under it, and woollen hats. */

import type { Random } from '../../random';
import type { Head } from './head';
import { noise } from './noise';
import type { Pose } from './pose';
import { frontAt } from './skull';
import { mix, smoothstep } from './soft';
import { blankSurface, heights, lathe, type Surface } from './surface';

export interface Hat {
  /** A cap with a visor, else a woollen hat. */
  readonly brim: boolean;
  /** Height of its lower edge. */
  readonly edge: number;
  readonly tone: number;
}

/** A hat for one in twenty. */
export function drawHat(random: Random): Hat | undefined {
  const hat = {
    brim: random.chance(0.6),
    edge: random.uniform(9, 17),
    tone: random.chance(0.5) ? random.uniform(0.03, 0.2) : random.uniform(0.3, 0.85),
  };
  return random.chance(0.05) ? hat : undefined;
}

/** The crown of a hat that holds hair of some width, and its visor. */
export function hatSurfaces(hat: Hat, head: Head, hairWidth: number, pose: Pose, pitch: number): Surface[] {
  const { skull, person } = head;
  const wide = Math.max(4, hairWidth + 1);
  const shell = {
    ...skull,
    halfWidth: skull.halfWidth + wide,
    up: skull.up + 10,
    depth: skull.depth + wide,
    back: skull.back + wide,
  };
  const crown = lathe(shell, pose, heights(-18, hat.edge, pitch), pitch);
  for (let i = 0; i < crown.tone.length; i++) {
    const [x, y] = [crown.x[i] as number, crown.y[i] as number];
    const knit = hat.brim ? 0.06 * noise(0.2 * x, 0.2 * y, person.seed) : 0.2 * noise(0.8 * x, 0.15 * y, person.seed);
    crown.tone[i] = hat.tone * (1 + knit) * (hat.brim || y < hat.edge - 9 ? 1 : 0.85);
  }
  if (!hat.brim) return [crown];
  const [rows, cols] = [8, 41];
  const visor = blankSurface(rows, cols);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      const u = (2 * c) / (cols - 1) - 1;
      const out = 24 * (r / (rows - 1)) * (1 - u * u * u * u);
      const x = 0.88 * (skull.halfWidth + wide) * u;
      visor.x[i] = x;
      visor.y[i] = hat.edge - 1.5 + 0.28 * out + 4 * u * u;
      visor.z[i] = frontAt(shell, x, hat.edge) + out;
      visor.tone[i] = hat.tone * 0.8;
    }
  return [crown, visor];
}

/** The shadow of a visor over the forehead and the eyes. */
export function paintHatShadow(surface: Surface, hat: Hat): void {
  const reach = hat.brim ? 26 : 6;
  for (let i = 0; i < surface.tone.length; i++) {
    const below = (surface.y[i] as number) - hat.edge;
    surface.tone[i] =
      (surface.tone[i] as number) * mix(hat.brim ? 0.5 : 0.7, 1, smoothstep(0.35 * reach, reach, below));
  }
}
