/** Skin: its base tone with blotches, blush, folds and wrinkles of age, and beards, moustaches and stubble. */

import type { Random } from '../../random';
import type { Expression } from './expression';
import type { Mouth } from './mouth';
import { noise } from './noise';
import type { Nose } from './nose';
import type { Person } from './person';
import { bump, ridge } from './relief';
import { clamp, hump, mix, smoothstep } from './soft';
import { darken, type Surface, visit } from './surface';

const { abs, max, min } = Math;

export interface Beard {
  /** Cover of the moustache, the chin and the cheeks, 0 to 1. */
  readonly moustache: number;
  readonly chin: number;
  readonly cheeks: number;
  readonly tone: number;
}

/** A random beard, mostly none; never on feminine or very young faces. */
export function drawBeard(random: Random, person: Person): Beard {
  const kind = random.uniform();
  const strength = random.uniform(0.5, 0.95);
  const tone = 0.03 + 0.75 * person.hair;
  const none = { moustache: 0, chin: 0, cheeks: 0, tone };
  if (person.feminine > 0.5) return none;
  if (kind < 0.1) return { moustache: strength, chin: strength, cheeks: 0.9 * strength, tone };
  if (kind < 0.17) return { moustache: strength, chin: strength, cheeks: 0, tone };
  if (kind < 0.28) return { ...none, moustache: strength };
  if (kind < 0.6) return { moustache: 0.28 * strength, chin: 0.3 * strength, cheeks: 0.3 * strength, tone };
  return none;
}

/** Fills the skin. */
export function paintSkin(surface: Surface, person: Person): void {
  const { x, y, tone } = surface;
  const { seed, skin, age } = person;
  for (let i = 0; i < tone.length; i++) {
    const [u, v] = [x[i] as number, y[i] as number];
    const blotch = noise(0.11 * u, 0.11 * v, seed) + noise(0.55 * u, 0.55 * v, seed + 1) * (0.7 + 0.8 * age);
    tone[i] = skin * (1 + 0.035 * blotch);
  }
  for (const s of [-1, 1]) darken(surface, bump(s * 24, 58, 15, 0.09));
}

/** Folds from the nose to the mouth, wrinkles of the forehead and beside the eyes. */
export function paintAge(surface: Surface, person: Person, face: Expression, nose: Nose, mouth: Mouth): void {
  const fold = clamp(0.04 + 0.36 * person.age + 0.25 * max(0, face.smile), 0, 0.55);
  for (const s of [-1, 1]) {
    const corner = s > 0 ? mouth.left : mouth.right;
    const [x, y] = [nose.tip[0] + s * (nose.half + 1.5), nose.tip[1] + 0.5];
    const bend = [s * (abs(corner[0]) + 1.5), mix(y, corner[1], 0.6)] as const;
    darken(surface, ridge([x, y, 2.6, 0.8 * fold], [bend[0], bend[1], 3, 0.8 * fold]));
    darken(surface, ridge([bend[0], bend[1], 3, 0.7 * fold], [s * (abs(corner[0]) + 4), corner[1] + 2, 2.4, 0]));
    if (person.age > 0.4)
      darken(
        surface,
        ridge([s * (person.eyeX + 10), person.eyeY + 1, 1.6, 0.18], [s * (person.eyeX + 15), person.eyeY + 4, 1.6, 0]),
      );
  }
  const lines = clamp(0.36 * person.age + 0.16 * max(0, face.browRaise) - 0.08, 0, 0.42);
  if (lines <= 0) return;
  for (let k = 0; k < 3; k++) {
    const y = person.eyeY - 17 - 4.6 * k + noise(k, 0.5, person.seed + 3);
    darken(surface, ridge([-16 + 2 * k, y + 1, 1.6, 0.5 * lines], [0, y, 1.7, lines]));
    darken(surface, ridge([0, y, 1.7, lines], [16 - 2 * k, y + 1, 1.6, 0.5 * lines]));
  }
}

/** Paints the beard; the lips are painted after it. */
export function paintBeard(surface: Surface, beard: Beard, person: Person, mouth: Mouth): void {
  if (beard.moustache + beard.chin + beard.cheeks === 0) return;
  const half = mouth.left[0];
  visit(surface, [-60, 40, 60, 130], (at) => {
    const x = surface.x[at] as number;
    const y = surface.y[at] as number;
    const ax = abs(x);
    const strands = 0.75 * noise(0.9 * x, 0.5 * y, person.seed + 21) + 0.5 * noise(0.3 * x, 0.3 * y, person.seed + 22);
    const ragged = 1.2 * strands;
    const lipTop = mix(mouth.top, mouth.left[1], clamp((ax / half) * (ax / half), 0, 1.3));
    const over = (y - (lipTop - 2.2) + ragged) / 3.6;
    const moustache =
      beard.moustache *
      min(1, 1.8 * hump(over * over)) *
      smoothstep(half + 4, half, ax + ragged) *
      (1 - 0.35 * hump((x * x) / 3));
    const low = smoothstep(mouth.bottom + 1.5, mouth.bottom + 5, y + ragged);
    const beside =
      smoothstep(half - 0.5, half + 3, ax + ragged) *
      smoothstep(half + 9, half + 4, ax) *
      smoothstep(mouth.top - 3, mouth.top + 2, y);
    const chin = beard.chin * max(low * smoothstep(half + 8, half + 3, ax + ragged), beside);
    const edge = mix(mouth.top + 6, 40, smoothstep(half + 5, 41, ax));
    const cheeks =
      beard.cheeks * smoothstep(edge - 3, edge + 3, y + 1.5 * ragged) * smoothstep(half - 0.5, half + 4, ax) +
      beard.cheeks * low;
    const cover = clamp(max(moustache, chin, min(beard.cheeks, cheeks)) * (1 + 0.25 * strands), 0, 0.95);
    if (cover > 0) surface.tone[at] = mix(surface.tone[at] as number, beard.tone * (1 + 0.5 * strands), cover);
  });
}
