/**
 * Light: one lamp and a sky that may be brighter on one side, in the picture's frame: x right, y down, z towards the viewer. render.ts says how bright a surface
 * looks in it.
 */

import type { Random } from '../../random';
import { clamp } from './soft';

const { sqrt } = Math;

export interface Light {
  /** Unit direction towards the lamp. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly lamp: number;
  readonly sky: number;
  /** How much of the sky's light comes from the right and from below, −0.5 to 0.5: a second, soft lamp. */
  readonly skyX: number;
  readonly skyY: number;
  /** How far the lamp reaches around an edge, 0 hard to 0.5 soft. */
  readonly wrap: number;
  /** Unit direction halfway between the lamp and the viewer. */
  readonly hx: number;
  readonly hy: number;
  readonly hz: number;
}

/** A lamp from above, often from a side; sometimes hard. */
export function drawLight(random: Random): Light {
  const hard = random.chance(0.33);
  const x = clamp((hard ? 0.9 : 0.5) * random.normal(), -1.3, 1.3);
  const y = clamp(-0.55 + 0.38 * random.normal(), -1.4, 0.35);
  const z = random.uniform(0.45, 1);
  const length = sqrt(x * x + y * y + z * z);
  const sky = hard ? random.uniform(0.26, 0.4) : random.uniform(0.3, 0.6);
  const light = { x: x / length, y: y / length, z: z / length };
  const half = sqrt(light.x * light.x + light.y * light.y + (light.z + 1) * (light.z + 1));
  return {
    ...light,
    ...{ lamp: 1.12 - sky, sky, wrap: hard ? random.uniform(0.05, 0.2) : random.uniform(0.18, 0.5) },
    ...{ skyX: clamp(0.16 * random.normal(), -0.4, 0.4), skyY: clamp(-0.25 + 0.13 * random.normal(), -0.5, 0.1) },
    ...{ hx: light.x / half, hy: light.y / half, hz: (light.z + 1) / half },
  };
}
