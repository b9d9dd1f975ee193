/**
 * tfjs-node 4.22.0 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed (tfjs #8609; #8425 mends it and was never
 * released). While it loads, its files, and no others, get a copy of `util` that has them; they keep it, so it works afterwards too.
 */

import Module from 'node:module';
import { sep } from 'node:path';

/** What Node has removed, as its documentation describes it. */
export const REMOVED_UTIL = {
  isArray: Array.isArray,
  isBoolean: (value: unknown) => typeof value === 'boolean',
  isFunction: (value: unknown) => typeof value === 'function',
  isNull: (value: unknown) => value === null,
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isNumber: (value: unknown) => typeof value === 'number',
  isObject: (value: unknown) => value !== null && typeof value === 'object',
  isString: (value: unknown) => typeof value === 'string',
  isUndefined: (value: unknown) => value === undefined,
};

type Load = (
  this: unknown,
  request: string,
  parent: { readonly filename?: string } | undefined,
  ...rest: unknown[]
) => unknown;

/** Runs `load`; files below `folder` that are loaded meanwhile get the copy when they ask for `util`. */
export function withRemovedUtil<T>(folder: string, load: () => T): T {
  const loader = Module as unknown as { _load: Load };
  const before = loader._load;
  let isOver = false;
  const loadWithCopy: Load = function (request, parent, ...rest) {
    const loaded = before.call(this, request, parent, ...rest);
    const isOurs = !isOver && /^(node:)?util$/.test(request) && parent?.filename?.startsWith(folder + sep);
    return isOurs ? copyOf(loaded as object) : loaded;
  };
  loader._load = loadWithCopy;
  try {
    return load();
  } finally {
    isOver = true;
    if (loader._load === loadWithCopy) loader._load = before;
  }
}

/** A copy that asks nothing of the original: reading what is deprecated there would print a warning. */
function copyOf(util: object): object {
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(util), ...Object.getOwnPropertyDescriptors(REMOVED_UTIL) },
  );
}
