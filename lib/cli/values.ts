/** Values on the command line: text in, checked values out. */

import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A number, such as 0.01 or 1e-3. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** A whole number. */
export function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number, not below 0.');
  return Number(text);
}

/** Units of hidden layers: 100 → [100], 100-50 → [100, 50]. */
export function layers(text: string): number[] {
  if (!/^\d+(-\d+)*$/.test(text))
    throw new InvalidArgumentError('Expected units such as 100, or of several layers: 100-50.');
  return text.split('-').map(Number);
}

/** A box in a photo: x,y,width,height in pixels, the first two perhaps below 0. */
export function box(text: string): { x: number; y: number; width: number; height: number } {
  const values = text.split(',').map(Number);
  const [x, y, width, height] = values as [number, number, number, number];
  if (values.length !== 4 || !values.every(Number.isFinite) || !(width > 0 && height > 0))
    throw new InvalidArgumentError('Expected x,y,width,height in pixels, such as 120,80,200,200.');
  return { x, y, width, height };
}

/** Several values with commas between them, each read by `one`. */
export function several<T>(one: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map((part) => one(part.trim()));
}

/** One of a few names. */
export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    if (!choices.includes(text as T)) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return text as T;
  };
}

/** The options that were typed, without the defaults that `--help` shows: whoever takes them has those, or a preset's. */
export function typed<Options extends object>(
  options: Options,
  command: { getOptionValueSource(name: never): string | undefined },
): Partial<Options> {
  const isTyped = ([name]: [string, unknown]): boolean => command.getOptionValueSource(name as never) !== 'default';
  return Object.fromEntries(Object.entries(options).filter(isTyped)) as Partial<Options>;
}
