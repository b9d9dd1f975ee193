/**
 * One tfjs-core in the process, or a sentence. Two copies share the engine but not the classes: what one makes, the other
 * half understands, and errors turn up far from their cause.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { FacemarkError } from '../errors';
import { corePath, engineOfOthers } from './first';
import { tfjsVersion } from './tf';

const CORE_FILE = join('@tensorflow', 'tfjs-core', 'dist', sep);
const NODE_FILE = join('@tensorflow', 'tfjs-node', 'dist', 'index.js');

/**
 * Refuses a process in which another tfjs-core is loaded beside facemark's, or a tfjs-node that brought one.
 *
 * @throws FacemarkError `backend` naming both versions, where they can be read, and the fix
 */
export function assertOneTfjs(): void {
  const ours = dirname(corePath) + sep;
  for (const file of Object.keys(require.cache)) {
    if (file.includes(CORE_FILE) && !file.startsWith(ours)) throw twoCopies(versionAbove(file), dirname(dirname(file)));
    if (file.endsWith(NODE_FILE)) {
      const brought = coreOf(file);
      if (brought && brought !== corePath)
        throw twoCopies(versionAbove(brought), dirname(dirname(brought)), `tfjs-node ${versionAbove(file)} with `);
    }
  }
  if (engineOfOthers) throw twoCopies('a version that cannot be read', 'a bundle or another realm');
}

/**
 * The tfjs-core that a package's file would load, or undefined where it has none.
 *
 * @param file a file of the package, such as its package.json
 */
export function coreOf(file: string): string | undefined {
  try {
    const union = createRequire(file).resolve('@tensorflow/tfjs');
    return createRequire(union).resolve('@tensorflow/tfjs-core');
  } catch {
    return undefined;
  }
}

/** Version of the package that a file of its `dist` folder, or its package.json, belongs to. */
export function versionAbove(file: string): string {
  const folder = file.endsWith('package.json') ? dirname(file) : dirname(dirname(file));
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  } catch {
    return 'of unknown version';
  }
}

function twoCopies(version: string, place: string, carrier = ''): FacemarkError {
  return new FacemarkError(
    'backend',
    `this process has loaded ${carrier}tfjs-core ${version} (${place}) beside facemark's tfjs-core ${tfjsVersion} (${dirname(dirname(corePath))}); ` +
      `expected one copy. Depend on @tensorflow/tfjs-core ${tfjsVersion} exactly and run \`npm dedupe\`, or use the \`tf\` that facemark exports.`,
  );
}
