/** Options at the door: defaults filled in, values checked once, so that everything inside can trust them. */

import { FacemarkError } from './errors';

/** `options` over `defaults`; an option that is undefined counts as not given. */
export function withDefaults<D extends object, O extends object>(defaults: D, options: O): Filled<D, O> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) } as Filled<D, O>;
}

/** The options, with those that have a default no longer optional. */
type Filled<D, O> = Omit<O, keyof D> & D;

/**
 * Checks a numeric option.
 *
 * @throws FacemarkError `bad-option` when `value` is no number in the stated range
 */
export function checkNumber(
  name: string,
  value: number,
  range: { integer?: boolean; above?: number; atLeast?: number; below?: number; atMost?: number },
): void {
  const { integer, above, atLeast, below, atMost } = range;
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!integer || Number.isInteger(value)) &&
    (above === undefined || value > above) &&
    (atLeast === undefined || value >= atLeast) &&
    (below === undefined || value < below) &&
    (atMost === undefined || value <= atMost);
  if (fits) return;
  const bounds = [
    above !== undefined && `above ${above}`,
    atLeast !== undefined && `of at least ${atLeast}`,
    below !== undefined && `below ${below}`,
    atMost !== undefined && `of at most ${atMost}`,
  ].filter(Boolean);
  const kind = integer ? 'a whole number' : 'a number';
  throw new FacemarkError('bad-option', `${name} is ${String(value)}; expected ${kind} ${bounds.join(' and ')}.`);
}

/**
 * Checks an option that names one of a few things.
 *
 * @throws FacemarkError `bad-option` listing the names there are
 */
export function checkOneOf<T extends string>(name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  throw new FacemarkError('bad-option', `${name} is ${JSON.stringify(value)}; expected one of ${choices.join(', ')}.`);
}
