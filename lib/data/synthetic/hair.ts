/**
 * Hair: a larger skull around the head, cut off along a hairline, made of strands.
 *
 * The hairline is a height for every direction around the head: `front` above the face, `side` at the temples (a sideburn, or
 * the end of long hair), `back` at the neck.
 */

import type { Random } from '../../random';
import type { Head } from './head';
import { noise } from './noise';
import type { Person } from './person';
import type { Pose } from './pose';
import { clamp, hump, mix, smoothstep } from './soft';
import { heights, lathe, type Surface } from './surface';

const { abs, floor, max, min } = Math;

/** Where drawing starts: above it nothing of a head is inside the picture. */
const TOP = -18;

export interface Hair {
  readonly bald: boolean;
  /** Height of the hairline in front, its slope across the forehead, and how far it recedes beside the middle. */
  readonly front: number;
  readonly slope: number;
  readonly recede: number;
  /** 1 when it falls from a parting to both sides, else 0. */
  readonly parted: number;
  readonly side: number;
  readonly back: number;
  /** Where around the head the front turns into the side, 0 front to 1 ear. */
  readonly temple: number;
  /** How far it stands off on top and at the sides. */
  readonly height: number;
  readonly width: number;
  /** Roughness of the edge in units, and 0 straight to 1 curly. */
  readonly ragged: number;
  readonly curl: number;
  /** How strongly it is combed to a side, units across per unit down. */
  readonly comb: number;
  readonly tone: number;
  /** Whether it hangs in front of the ears. */
  readonly coversEars: boolean;
}

/** A random haircut that fits a person. */
export function drawHair(random: Random, person: Person): Hair {
  const long = random.chance(mix(0.06, 0.8, person.feminine));
  const curl = random.chance(0.2) ? random.uniform(0.5, 1) : random.uniform(0, 0.25);
  const fringe = random.chance(mix(0.12, 0.2, person.feminine));
  const bald = !long && person.feminine < 0.5 && random.chance(0.08 + 0.22 * person.age);
  const front = person.eyeY - (fringe ? random.uniform(11, 19) : random.uniform(24, 33));
  const end = long ? random.uniform(72, 135) : random.uniform(34, 50);
  return {
    ...{
      bald,
      parted: long && !fringe ? 1 : 0,
      front: bald ? -40 : front,
      slope: random.uniform(-0.22, 0.22),
      recede: person.feminine < 0.5 ? 11 * person.age * random.uniform() : 0,
    },
    ...{ side: end, back: long ? end + 10 : 76, temple: long ? random.uniform(0.8, 0.97) : random.uniform(0.86, 0.93) },
    height: long ? random.uniform(3, 9) : random.uniform(1.5, 8) + 3 * curl,
    width: bald ? 1 : long ? random.uniform(3.5, 9) + 4 * curl : random.uniform(0.8, 3) + 2 * curl,
    ragged: fringe ? random.uniform(1.5, 4.5) : random.uniform(0.6, 2.2) + curl,
    ...{
      curl,
      comb: long ? random.uniform(-0.5, 0.5) : random.uniform(-1.8, 1.8),
      tone: person.hair,
      coversEars: long,
    },
  };
}

/** [cols] lowest height of the hair for every direction `turn` around the head (0 front, ±1 side, ±2 back). */
function hairline(hair: Hair, turn: Float32Array): Float32Array {
  return turn.map((around) => {
    const a = abs(around);
    const corner = (a - 0.52) / 0.3;
    const parted = clamp(a - 0.9 * hair.slope * (around < 0 ? -1 : 1), 0, 1);
    const slope = 42 * hair.slope * around * (1 - hair.parted);
    const front =
      hair.front + slope + mix(4, 34, hair.parted) * parted * parted - hair.recede * (hump(corner * corner) + 0.35);
    const toSide = smoothstep(hair.temple - 0.3, hair.temple + 0.06, a);
    return mix(mix(front, hair.side, toSide), hair.back, smoothstep(1.02, 1.25, a));
  });
}

/** The hair as a surface around a head, from height `from` down (the edge of a hat). */
export function hairSurface(hair: Hair, head: Head, pose: Pose, from: number, pitch: number): Surface {
  const { person, skull } = head;
  const hanging = hair.coversEars;
  const shell = {
    ...skull,
    ...{
      halfWidth: skull.halfWidth + hair.width,
      up: skull.up + hair.height,
      depth: skull.depth + 0.5 * hair.height + 1.2,
      back: skull.back + hair.width,
    },
    ...(hanging ? { down: max(skull.down, hair.side - skull.widest + 26), jaw: 0.5 } : {}),
  };
  const bottom = min(hanging ? hair.back + 4 : 80, 112);
  const surface = lathe(shell, pose, heights(max(TOP, from), bottom, 1.3 * pitch), 1.2 * pitch);
  const { seed } = person;
  const { comb, front, curl, ragged } = hair;
  const dye = 0.02 + hair.tone;
  const { axis } = skull;
  const { rows, cols, x, y, z, tone, alpha, turn } = surface;
  const across = mix(0.62, 0.5, curl);
  const along = mix(0.05, 0.42, curl);
  const lines = hairline(hair, turn);
  const waves = (hair.coversEars ? 6 + 5 * curl : 1.5) / pitch; // in columns
  const tips = turn.map((a) => noise(18 * a, 0.5, seed + 33) + 0.6 * noise(7 * a, 0.5, seed + 34));
  for (let r = 0; r < rows; r++) {
    // The line wanders sideways on the way down, so that hanging hair is wavy.
    const height = y[r * cols] as number;
    const wave = waves * noise(0.07 * height, 0.5, seed + 36);
    const other = waves * noise(0.07 * height, 9.5, seed + 36);
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      const py = y[i] as number;
      const place = clamp(c + ((turn[c] as number) < 0 ? wave : other), 0, cols - 1.001);
      const before = floor(place);
      const line = mix(lines[before] as number, lines[before + 1] as number, place - before);
      if (py > line + 8) {
        alpha[i] = 0;
        continue;
      }
      const a = turn[c] as number;
      const arc = 40 * a;
      // Strands fall down at the sides and are combed to a side on top.
      const combed = arc + comb * (py - 30) * (1 - min(1, abs(a)));
      const fine = noise(across * combed, along * py, seed + 31);
      const coarse = noise(0.16 * combed, 0.35 * along * py, seed + 32);
      // A band of light lies across strands where they bend over the crown.
      const bend = (py - front + 9 + 3 * coarse - 9 * a * a) / 9;
      const shine = 1 + (0.5 - 0.35 * curl) * hump(bend * bend) * (0.5 + 0.5 * fine);
      const edge = line + ragged * (tips[c] as number) - py;
      alpha[i] = smoothstep(-0.7, 1.6, edge);
      tone[i] = dye * (1 + 0.27 * fine + 0.34 * coarse) * shine * mix(0.66, 1, smoothstep(0, 9, edge));
      const lump = (0.6 + 2.6 * curl) * (coarse + 0.4 * fine);
      const grow = 1 + lump / 42;
      x[i] = (x[i] as number) * grow;
      z[i] = axis + ((z[i] as number) - axis) * grow;
    }
  }
  return surface;
}

/** Where the skin needs to be drawn from: what opaque hair covers is left out. */
export function scalpTop(hair: Hair): number {
  return hair.bald ? TOP : max(TOP, hair.front - 1.4 * hair.recede - 16);
}

/** Darkens the forehead under the hair, and gives the scalp the colour of the hair. */
export function paintScalp(surface: Surface, hair: Hair, person: Person): void {
  const lowest = max(hair.front, hair.side, hair.back) + 5;
  const { rows, cols, y, tone } = surface;
  const lines = hairline(hair, surface.turn);
  const colour = mix(0.03 + hair.tone, person.skin, 0.25);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      if ((y[i] as number) > lowest) continue;
      const under = (lines[c] as number) - (y[i] as number);
      if (under < -5) continue;
      const shadow = 1 - 0.3 * smoothstep(-5, 0, under) * clamp(hair.height / 4, 0.2, 1);
      tone[i] = mix((tone[i] as number) * shadow, colour, smoothstep(-0.5, 1.5, under) * (hair.bald ? 0.75 : 1));
    }
}
