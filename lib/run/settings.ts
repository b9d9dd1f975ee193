/** Settings that vary in a comparison: their combinations, and what to call each. */

import { FacemarkError } from '../errors';
import type { Centre } from '../prepare/scaling';
import type { NetOptions } from './train-net';

/** The settings that can have several values. */
export interface Varied {
  readonly hiddenUnits?: readonly (number | readonly number[])[];
  readonly activation?: readonly NonNullable<NetOptions['activation']>[];
  readonly initializer?: readonly NonNullable<NetOptions['initializer']>[];
  readonly learningRate?: readonly number[];
  readonly momentum?: readonly number[];
  readonly iterations?: readonly number[];
  readonly centre?: readonly Centre[];
}

/** One value of each setting that was given. */
export type Setting = { [Key in keyof Varied]: NonNullable<Varied[Key]>[number] };

/**
 * Every combination of the values that are given, the last setting changing fastest, each once; one empty setting when none is given.
 *
 * @throws FacemarkError `bad-option` for a setting with an empty list
 */
export function combinations(vary: Varied): Setting[] {
  let settings: Setting[] = [{}];
  for (const [key, values] of Object.entries(vary))
    if (values !== undefined)
      settings = settings.flatMap((setting) => values.map((value: unknown) => ({ ...setting, [key]: value })));
  if (settings.length === 0)
    throw new FacemarkError('bad-option', 'a setting has an empty list of values; expected at least one.');
  const seen = new Set<string>();
  return settings.filter((setting) => {
    const text = JSON.stringify(setting);
    return !seen.has(text) && seen.add(text);
  });
}

const WORDS: Record<keyof Varied, (value: unknown) => string> = {
  hiddenUnits: (units) => `hidden ${Array.isArray(units) ? units.join('-') : units}`,
  activation: String,
  initializer: String,
  learningRate: (rate) => `rate ${rate}`,
  momentum: (momentum) => `momentum ${momentum}`,
  iterations: (n) => `${n} iterations`,
  centre: (centre) => `centre ${centre}`,
};

/** The settings in which the networks of a comparison differ, or of a single one those that are given. */
export function nameOf(setting: Setting, all: readonly Setting[]): string {
  const given = Object.keys(setting) as (keyof Varied)[];
  const keys =
    all.length === 1
      ? given
      : given.filter((key) => all.some((other) => JSON.stringify(other[key]) !== JSON.stringify(setting[key])));
  return keys.map((key) => WORDS[key](setting[key])).join(', ') || 'as it is';
}
