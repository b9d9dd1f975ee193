/** Nose: ridge, tip and wings as relief, nostrils and the soft shadows beside them as paint. */

import type { Expression } from './expression';
import type { Person } from './person';
import { bump, type Ridge, ridge } from './relief';
import { darken, type Surface } from './surface';

export interface Nose {
  readonly tip: readonly [number, number];
  /** Half-width between the outsides of the wings. */
  readonly half: number;
}

/** The geometry of the nose. */
export function noseOf(person: Person, face: Expression): Nose {
  const wide = 0.9 * Math.max(0, face.smile);
  return { tip: [person.askew[3], person.noseY - 0.5 * Math.max(0, face.smile)], half: person.noseHalf + wide };
}

/** Bridge, tip, wings, and the channel below. */
export function noseRelief(nose: Nose, person: Person): Ridge[] {
  const [x, y] = nose.tip;
  const out = person.noseOut;
  const wing = nose.half - 4.6;
  return [
    // A broad slope with a narrow back on it: one ridge alone has the straight sides of a plank.
    ridge([0.1 * x, person.eyeY - 2, 8.5, 0.5 * person.bridge], [x, y - 2, 14.5, 0.36 * out]),
    ridge([0.1 * x, person.eyeY - 4, 6.2, 0.6 * person.bridge], [x, y - 3, 8, 0.28 * out]),
    bump(0, person.eyeY - 9, 9, 1.4),
    bump(x, y - 0.5, 6.8, 0.42 * out),
    bump(x - wing, y + 2.2, 5.4, 0.4 * out),
    bump(x + wing, y + 2.2, 5.4, 0.4 * out),
    ridge([x, y + 7, 2.6, -0.35], [0, person.mouthY - person.upperLip - 1, 2.8, -0.45]),
  ];
}

/** Nostrils, the shadow under the tip, and the creases beside the wings. */
export function paintNose(surface: Surface, nose: Nose): void {
  const [x, y] = nose.tip;
  darken(surface, ridge([x - nose.half + 3, y + 6.2, 3.2, 0.3], [x + nose.half - 3, y + 6.2, 3.2, 0.3]));
  for (const side of [-1, 1]) {
    const at = x + side * (nose.half - 4.7);
    darken(surface, ridge([at - side * 1, y + 4.6, 1.7, 0.8], [at + side * 1.3, y + 4.2, 1.9, 0.7]));
    darken(surface, ridge([x + side * nose.half, y - 0.5, 2.2, 0.2], [x + side * nose.half, y + 4, 2.4, 0.34]));
    darken(surface, ridge([side * 5.5, y - 22, 5, 0.07], [x + side * 7, y - 7, 4, 0.04]));
  }
}
