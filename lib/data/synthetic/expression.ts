/** Expression: what a face does at the moment of the picture, as numbers that the features read. */

import type { Random } from '../../random';
import { clamp } from './soft';

export interface Expression {
  /** How far the jaw has dropped, 0 to about 11 units. */
  readonly jawDrop: number;
  /** Gap between the lips, in units; teeth or the inside of the mouth show. */
  readonly gap: number;
  /** −0.5 sad to 1 a broad smile. */
  readonly smile: number;
  /** Lips pushed forward and together, 0 to 1. */
  readonly pucker: number;
  /** Brows: raised (positive) or lowered, and how much the inner ends come together. */
  readonly browRaise: number;
  readonly frown: number;
  /** Lids: 0 closed, 1 normally open, 1.3 wide; squint lifts the lower lid, 0 to 1. */
  readonly open: number;
  readonly squint: number;
  /** Where the eyes look, −1 to 1, right and down in the picture. */
  readonly gazeX: number;
  readonly gazeY: number;
}

/** A random expression: closed mouths, smiles with teeth and talking mouths, each common. */
export function drawExpression(random: Random): Expression {
  const kind = random.uniform();
  const toothy = kind < 0.26;
  const talking = kind > 0.68;
  const strength = random.uniform();
  const smile = toothy ? 0.45 + 0.55 * strength : clamp(0.2 + 0.26 * random.normal(), -0.45, 0.75);
  const gap = toothy
    ? 2.6 + 4 * strength
    : talking
      ? 1.4 + 10.5 * strength * strength
      : random.chance(0.25)
        ? random.uniform(0.3, 1.6)
        : 0;
  const lids = random.uniform();
  const open =
    lids < 0.06 ? 0 : lids < 0.18 ? random.uniform(0.1, 0.5) : clamp(0.95 + 0.17 * random.normal(), 0.45, 1.35);
  return {
    jawDrop: 0.85 * gap + random.uniform(0, 1),
    gap,
    smile,
    pucker: !toothy && random.chance(0.12) ? random.uniform(0.2, 1) : 0,
    browRaise: clamp(0.4 * random.normal() + (talking ? 0.2 : 0), -1, 1.3),
    frown: random.chance(0.25) ? random.uniform(0.2, 1) : random.uniform(0, 0.2),
    open,
    squint: clamp(0.5 * Math.max(0, smile) + 0.2 * random.normal(), 0, 1),
    gazeX: clamp(0.4 * random.normal(), -1, 1),
    gazeY: clamp(0.3 * random.normal(), -0.8, 0.8),
  };
}
