/**
 * The random split into training and validation rows: seeded, shuffled, people kept together, strata kept in proportion.
 *
 * Kaggle's file is two sets glued together, one with 15 landmarks and one with 4: taking its tail for validation would
 * validate on another kind of face than was trained on.
 */

import { FacemarkError } from '../errors';
import { checkNumber } from '../options';
import { Random } from '../random';

export interface Split {
  /** Indices of the faces, ascending. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

export interface SplitOptions {
  /** Share of the rows that validate, between 0 and 1. */
  readonly validationFraction: number;
  readonly seed: number;
  /** [n] who or what each row belongs to; the rows of one group stay on one side. */
  readonly groups?: ArrayLike<string | number>;
  /** [n] the kind of each row; every kind is split by the same fraction. A group counts as its first row's kind. */
  readonly strata?: readonly string[];
}

/**
 * Splits n rows. Without groups the validation part has round(n · validationFraction) rows; with them it comes near to
 * that: each group, in random order, goes where it brings the share nearer to the fraction.
 *
 * @throws FacemarkError `bad-option` for a fraction outside (0, 1) or one that leaves a side empty
 */
export function splitRows(n: number, { validationFraction, seed, groups, strata }: SplitOptions): Split {
  checkNumber('validationFraction', validationFraction, { above: 0, below: 1 });
  if (groups && groups.length !== n)
    throw new FacemarkError(
      'mismatch',
      `groups has ${groups.length} entries for ${n} faces; expected one for each face.`,
    );
  const units = new Random(seed, 'split').shuffle(unitsOf(n, groups));
  const kindOf = (unit: readonly number[]) => strata?.[unit[0] as number] ?? '';
  units.sort((a, b) => (kindOf(a) < kindOf(b) ? -1 : kindOf(a) > kindOf(b) ? 1 : 0)); // stable: shuffled within a stratum

  // Walks through the strata and gives each unit to validation whenever that brings its share nearer to the fraction.
  const train: number[] = [];
  const validation: number[] = [];
  for (const unit of units) {
    const wanted = validationFraction * (train.length + validation.length + unit.length) - validation.length;
    (unit.length - wanted <= wanted ? validation : train).push(...unit);
  }
  if (train.length === 0 || validation.length === 0) {
    const rows = groups ? `${n} faces in ${units.length} groups` : `${n} faces`;
    throw new FacemarkError(
      'bad-option',
      `validationFraction ${validationFraction} of ${rows} leaves no face for ${train.length === 0 ? 'training' : 'validation'}; expected at least one on both sides: add faces or change the fraction.`,
    );
  }
  return { train: Int32Array.from(train).sort(), validation: Int32Array.from(validation).sort() };
}

/** The rows that must stay together, in the order of their first row. */
function unitsOf(n: number, groups: SplitOptions['groups']): number[][] {
  const units = new Map<string | number, number[]>();
  for (let row = 0; row < n; row++) {
    const key = groups ? (groups[row] as string | number) : row;
    const unit = units.get(key);
    if (unit) unit.push(row);
    else units.set(key, [row]);
  }
  return [...units.values()];
}
