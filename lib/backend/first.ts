/**
 * What stood in this process before facemark loaded tfjs-core. Imported by `tf.ts` ahead of everything else, since loading
 * tfjs-core makes the engine that this looks for.
 */

const ENGINE = '_tfengine'; // the name under which every copy of tfjs-core keeps the one engine of a process
const OURS = Symbol.for('facemark.tfjs-core');

const globals = globalThis as Record<string | symbol, unknown>;

/** The file of the tfjs-core that facemark uses. */
export const corePath: string = require.resolve('@tensorflow/tfjs-core');

/**
 * True when another tfjs-core had already made the engine: not the file that facemark loads, and not facemark itself at an
 * earlier time (Jest's `resetModules` loads everything anew over the same engine).
 */
export const engineOfOthers: boolean =
  globals[ENGINE] !== undefined && require.cache[corePath] === undefined && globals[OURS] !== corePath;

if (!engineOfOthers) globals[OURS] = corePath;
