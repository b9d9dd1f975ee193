/** Neck, shoulders and clothes, seen in the lower corners of the picture. */

import type { Random } from '../../random';
import type { Head } from './head';
import { noise } from './noise';
import type { Pose } from './pose';
import type { Skull } from './skull';
import { mix, smoothstep } from './soft';
import { heights, lathe, type Surface } from './surface';

export interface Body {
  /** Tone of the jacket or dress, and of a collar (0: none). */
  readonly cloth: number;
  readonly collar: number;
  readonly pattern: number;
  readonly neck: number;
  /** Height where the shoulders begin. */
  readonly shoulders: number;
}

/** Random clothes. */
export function drawBody(random: Random): Body {
  const dark = random.chance(0.65);
  return {
    cloth: dark ? random.uniform(0.03, 0.2) : random.uniform(0.2, 0.85),
    collar: random.chance(0.45) ? random.uniform(0.55, 0.9) : 0,
    pattern: random.chance(0.25) ? random.uniform(0.1, 0.4) : 0.05,
    neck: random.uniform(25, 31),
    shoulders: random.uniform(84, 98),
  };
}

/** The neck, then the shoulders. */
export function bodySurfaces(body: Body, head: Head, pose: Pose, pitch: number): Surface[] {
  const { person } = head;
  const tube: Skull = {
    halfWidth: body.neck + 1.5 * (1 - person.feminine),
    widest: 70,
    up: 400,
    down: 400,
    jaw: 1,
    depth: 30,
    back: 30,
    axis: -40,
    flat: 0.1,
  };
  const neck = lathe(tube, pose, heights(74, 108, 2 * pitch), 1.6 * pitch);
  for (let i = 0; i < neck.tone.length; i++) {
    const y = neck.y[i] as number;
    // The chin keeps the light away from the neck.
    neck.tone[i] = person.skin * mix(0.5, 0.85, smoothstep(88, 112, y));
  }
  const wide: Skull = {
    halfWidth: 92,
    widest: body.shoulders + 42,
    up: 42,
    down: 200,
    jaw: 1,
    depth: 34,
    back: 34,
    axis: -44,
    flat: 0.1,
  };
  const cloth = lathe(wide, pose, heights(body.shoulders, 108, 2.2 * pitch), 2.4 * pitch);
  const { x, y, tone } = cloth;
  for (let i = 0; i < tone.length; i++) {
    const [px, py] = [x[i] as number, y[i] as number];
    const fold =
      noise(0.08 * px, 0.05 * py, person.seed + 41) + body.pattern * 4 * noise(0.5 * px, 0.5 * py, person.seed + 42);
    const lapel = Math.abs(px) - (body.neck + 5 - 0.5 * (py - body.shoulders));
    const collar = body.collar > 0 ? smoothstep(1, -1, lapel) : 0;
    tone[i] = mix(body.cloth * (1 + 0.2 * fold), body.collar, collar);
  }
  return [neck, cloth];
}
