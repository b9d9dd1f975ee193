/**
 * The person: everything about a face that stays when the expression, the pose and the light change.
 *
 * Lengths are units of one pixel of a 96-pixel picture (about 1.75 mm). A few hidden traits (age, feminine) tie the rest together, so
 * that beards, long hair and wrinkles meet as they do in people.
 */

import type { Random } from '../../random';
import type { Skull } from './skull';
import { clamp, mix } from './soft';

export interface Person {
  /** 0 masculine to 1 feminine, 0 young to 1 old. */
  readonly feminine: number;
  readonly age: number;
  /** Reflectance of the skin, 0.18 to 0.82, and of the hair; gloss of the skin. */
  readonly skin: number;
  readonly hair: number;
  readonly gloss: number;
  readonly skull: Skull;
  /** Half the distance of the pupils, the height of the eyes, and of an eye half its width and its opening. */
  readonly eyeX: number;
  readonly eyeY: number;
  readonly eyeHalf: number;
  readonly eyeOpening: number;
  /** Outer corner above (positive) or below the inner one. */
  readonly eyeSlant: number;
  /** How deep the eyes lie, and how dark irises, lashes and the skin around them are, 0 to 1. */
  readonly socket: number;
  readonly iris: number;
  readonly lashes: number;
  /** How bright the white of an eye is beside its usual brightness. */
  readonly white: number;
  readonly shadows: number;
  /** Brows: gap above the eye, thickness, arch, slope and darkness 0 to 1. */
  readonly browGap: number;
  readonly browThick: number;
  readonly browArch: number;
  readonly browSlope: number;
  readonly browDark: number;
  /** Length of the brow's inner and outer half around the eye's middle. */
  readonly browIn: number;
  readonly browOut: number;
  /** Nose: height of the tip, how far it stands out, half-width, bridge height. */
  readonly noseY: number;
  readonly noseOut: number;
  readonly noseHalf: number;
  readonly bridge: number;
  /** Mouth: height of the line between the lips, half-width, thickness of the lips, how dark they are. */
  readonly mouthY: number;
  readonly mouthHalf: number;
  readonly upperLip: number;
  readonly lowerLip: number;
  readonly lipDark: number;
  readonly chin: number;
  readonly cheeks: number;
  /** Small left-right differences: [brow, eye, mouth, nose] in units. */
  readonly askew: readonly [number, number, number, number];
  /** Seed of the noise in skin and hair. */
  readonly seed: number;
}

/** A random person. */
export function drawPerson(random: Random): Person {
  const n = (deviation: number, limit = 2.5) => deviation * clamp(random.normal(), -limit, limit);
  const feminine = random.chance(0.42) ? random.uniform(0.65, 1) : random.uniform(0, 0.3);
  const age = random.uniform() * random.uniform(0.4, 1);
  const skin = random.chance(0.72) ? clamp(0.62 + n(0.07), 0.45, 0.8) : random.uniform(0.22, 0.5);
  const gray = age > 0.45 && random.chance(0.55) ? random.uniform(0.3, 0.85) : 0;
  const fair =
    skin > 0.55 && random.chance(feminine > 0.5 ? 0.4 : 0.2) ? random.uniform(0.2, 0.62) : random.uniform(0.03, 0.16);
  const eyeY = 38.6 + n(1.2);
  const noseY = 61.5 + n(2.5) - 0.6 * feminine;
  const mouthY = 79.2 + n(2.4) + 0.5 * (noseY - 61.5) - 0.8 * feminine;
  const skull: Skull = {
    halfWidth: 41.5 + n(3) - 1.5 * feminine,
    ...{ widest: 36 + n(2.5), up: 63 + n(2), down: mouthY - 36 + 23.5 + n(2) - 1.5 * feminine },
    jaw: mix(0.64, 1, feminine) + n(0.13),
    ...{ depth: 51, back: 56, axis: -45, flat: 0.32 + n(0.06) },
  };
  return {
    ...{ feminine, age, skin, hair: Math.max(gray, fair), gloss: random.uniform(0, 0.26), skull },
    ...{
      eyeX: 17.6 + n(1.2),
      eyeY,
      eyeHalf: 7.2 + n(0.5),
      eyeOpening: 5.1 + n(0.9) + 0.6 * feminine,
      eyeSlant: n(0.7) + 0.3,
    },
    socket: clamp(mix(1, 0.6, feminine) + n(0.35), 0.1, 1.8),
    iris: random.chance(0.3) ? random.uniform(0.25, 0.5) : random.uniform(0.05, 0.2),
    white: random.uniform(0.55, 1),
    lashes: clamp(mix(0.35, 0.85, feminine) + n(0.15), 0.1, 1),
    shadows: clamp(0.18 + 0.25 * age + n(0.17), 0, 0.62),
    browGap: 9.3 + n(1.6) + 0.9 * feminine,
    browThick: mix(2.1, 1.35, feminine) * (1 + n(0.26)),
    browArch: mix(1.6, 2.8, feminine) + n(0.9),
    browSlope: n(1.5),
    browDark: clamp(mix(0.72, 0.6, feminine) - 0.35 * gray - 0.3 * fair + n(0.2), 0.06, 0.94),
    ...{ browIn: 9 + n(1.1), browOut: 14.2 + n(1.5) },
    ...{ noseY, noseOut: 13 + n(2), noseHalf: 9.4 + n(1.1) - 0.9 * feminine, bridge: 3.5 + n(1.2) },
    ...{
      mouthY,
      mouthHalf: 13.6 + n(1.3) - 0.8 * feminine,
      upperLip: Math.max(1.2, 3.9 + n(0.8) + 0.4 * feminine - 1.6 * age),
      lowerLip: Math.max(1.6, 5 + n(0.9) + 0.5 * feminine - 1.3 * age),
    },
    lipDark: random.chance(0.5 * feminine) ? random.uniform(0.4, 0.65) : random.uniform(0.06, 0.46),
    ...{ chin: 5 + n(1.6), cheeks: n(1.2) },
    askew: [n(0.5), n(0.3), n(0.5), n(0.4)],
    seed: random.below(0x7fffffff),
  };
}
