/**
 * Whether the optional @tensorflow/tfjs-node can be used here, found out before it is loaded: loading it halfway registers
 * engines that do not work. Making it work is another room's job.
 */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors';
import { coreOf, versionAbove } from './copies';
import { corePath } from './first';
import { loadTfjsNode, tf, tfjsVersion } from './tf';

const LAST_NODE = 22; // tfjs-node 4.22.0 calls util.isNullOrUndefined, which Node 23 removed (tfjs #8609)

/**
 * Loads tfjs-node and proves it with a small product.
 *
 * @returns undefined when the engine `tensorflow` works and is the current one, else why not, as the rest of a sentence
 */
export async function startTensorFlow(): Promise<string | undefined> {
  const missing = whyNotInstalled();
  if (missing) return missing;
  try {
    loadTfjsNode();
    if (!(await tf.setBackend('tensorflow'))) return 'tfjs-node loads, but its engine does not start';
    const four = tf.tidy(() => tf.matMul(tf.tensor2d([1, 1, 1, 1], [1, 4]), tf.ones([4, 1])).dataSync()[0]);
    return four === 4 ? undefined : `tfjs-node computes 1 + 1 + 1 + 1 = ${four}`;
  } catch (thrown) {
    return `tfjs-node does not load (${messageOf(thrown)})`;
  }
}

function whyNotInstalled(): string | undefined {
  let manifest: string;
  try {
    manifest = require.resolve('@tensorflow/tfjs-node/package.json');
  } catch {
    return 'tfjs-node is not installed';
  }
  const version = versionAbove(manifest);
  const core = coreOf(manifest);
  if (core === undefined) return `tfjs-node ${version} is installed without its @tensorflow/tfjs`;
  const theirs = versionAbove(core);
  if (core !== corePath && theirs === tfjsVersion)
    return `tfjs-node ${version} has another copy of tfjs-core ${theirs} than facemark: run npm dedupe`;
  if (core !== corePath)
    return `tfjs-node ${version} brings its own tfjs-core ${theirs}, facemark has ${tfjsVersion}: install tfjs-node ${tfjsVersion}`;
  if (!hasAddon(dirname(manifest)))
    return `tfjs-node ${version} is installed without its native addon, which npm did not build or could not download`;
  if (Number.parseInt(process.versions.node, 10) > LAST_NODE)
    return `tfjs-node ${version} does not run on Node ${process.versions.node}, only up to ${LAST_NODE}`;
  return undefined;
}

/** Whether the addon lies where node-pre-gyp looks for it: lib/napi-vN/tfjs_binding.node. */
function hasAddon(folder: string): boolean {
  const lib = join(folder, 'lib');
  return existsSync(lib) && readdirSync(lib).some((name) => existsSync(join(lib, name, 'tfjs_binding.node')));
}
