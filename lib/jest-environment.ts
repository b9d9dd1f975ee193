/**
 * A Jest environment in which tfjs-node works: `testEnvironment: 'facemark/jest-environment'`.
 *
 * Jest runs each test file in a realm of its own, with typed arrays of its own. A native addon makes those of the main realm, which
 * tfjs then refuses, because `data instanceof Float32Array` is false (tfjs #7175). Here the tests get the main realm's typed arrays.
 * And while tests run, `util` has the functions that tfjs-node 4.22.0 calls and Node 23 removed (tfjs #8609).
 */

import util from 'node:util';
import NodeEnvironment from 'jest-environment-node';
import { REMOVED_UTIL } from './backend/removed-util';

const OF_MAIN_REALM = [
  ...['ArrayBuffer', 'SharedArrayBuffer', 'DataView'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
] as const;

/** Jest's environment for Node, with the typed arrays of native addons. */
class FacemarkEnvironment extends NodeEnvironment {
  private readonly putBack: string[] = [];

  override async setup(): Promise<void> {
    await super.setup();
    for (const name of OF_MAIN_REALM) this.global[name] = globalThis[name] as never;
    for (const [name, value] of Object.entries(REMOVED_UTIL)) {
      if (name in util) continue;
      Object.defineProperty(util, name, { value, configurable: true });
      this.putBack.push(name);
    }
  }

  override async teardown(): Promise<void> {
    for (const name of this.putBack) delete (util as unknown as Record<string, unknown>)[name];
    await super.teardown();
  }
}

export = FacemarkEnvironment;
