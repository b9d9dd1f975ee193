/** The optional package @tensorflow/tfjs-node as it lies on the disk; nothing of it is loaded here. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { coreOf, versionAbove } from './copies';
import { corePath } from './first';
import { tfjsNodeName, tfjsVersion } from './tf';

export interface TfjsNodePackage {
  readonly folder: string;
  readonly version: string;
  /** The native addon, tfjs_binding.node. */
  readonly addon: string;
}

/** Why a package cannot be used. */
export interface Unusable {
  readonly state: 'absent' | 'without-addon' | 'other-tfjs';
  /** What is there, and what to do, as the rest of a sentence. */
  readonly whyNot: string;
  readonly version?: string;
}

/** The command that makes it work. */
export const NATIVE = '`npx facemark native`';

/** Finds the package and looks at its parts. */
export function findTfjsNode(): TfjsNodePackage | Unusable {
  let manifest: string;
  try {
    manifest = require.resolve(`${tfjsNodeName()}/package.json`);
  } catch {
    return { state: 'absent', whyNot: `tfjs-node is not installed; ${NATIVE} installs it` };
  }
  const version = versionAbove(manifest);
  const core = coreOf(manifest);
  const other = (whyNot: string): Unusable => ({ state: 'other-tfjs', whyNot, version });
  if (core === undefined)
    return other(`tfjs-node ${version} is installed without its @tensorflow/tfjs: install it again`);
  const theirs = versionAbove(core);
  if (core !== corePath && theirs === tfjsVersion)
    return other(`tfjs-node ${version} has another copy of tfjs-core ${theirs} than facemark: run npm dedupe`);
  if (core !== corePath)
    return other(
      `tfjs-node ${version} brings its own tfjs-core ${theirs}, facemark has ${tfjsVersion}: install tfjs-node ${tfjsVersion}`,
    );
  const folder = dirname(manifest);
  const addon = findAddon(folder);
  if (addon === undefined)
    return {
      state: 'without-addon',
      whyNot: `tfjs-node ${version} has no native addon, which npm did not build or could not download; ${NATIVE} builds it`,
      version,
    };
  return { folder, version, addon };
}

/** The addon where node-pre-gyp looks for it: lib/napi-vN/tfjs_binding.node. */
function findAddon(folder: string): string | undefined {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((name) => join(lib, name, 'tfjs_binding.node'))
    .find((path) => existsSync(path));
}
