/** tfjs-node in the staging folder, as it will stand in node_modules but for TensorFlow and the addon. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { versionAbove } from '../backend/copies';
import { engineVersions } from '../backend/measure';
import { runProgram } from './programs';

export const TFJS_NODE = '@tensorflow/tfjs-node';
export const HEADERS = 'node-api-headers@1.9.0';

/** The version for the tfjs that facemark has: the two are released together. */
export function tfjsNodeVersion(): string {
  return engineVersions().tfjs;
}

/**
 * Puts the package into the staging folder, and N-API's headers beside it: by npm without scripts, with its dependencies nested; or a
 * copy of the installed one without its addon.
 *
 * @throws FacemarkError `native` with npm's words
 */
export async function stagePackage(
  folder: string,
  nodeModules: string,
  installed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'facemark-native', private: true }));
  const packages = installed ? [HEADERS] : [`${TFJS_NODE}@${tfjsNodeVersion()}`, HEADERS];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  await runProgram("npm's installation", 'npm', ['install', ...quiet, ...packages], {
    cwd: folder,
    env: {
      npm_config_global: 'false',
      npm_config_workspaces: 'false',
      npm_config_prefix: undefined,
      npm_config_omit: '',
    },
    signal,
  });
  const to = join(folder, 'node_modules', TFJS_NODE);
  if (!installed) return nestDependencies(folder, to, nodeModules);
  const [addon, libraries] = [join(installed, 'lib'), join(installed, 'deps')];
  await cp(installed, to, { recursive: true, filter: (path) => path !== addon && path !== libraries });
}

/**
 * Moves what npm has installed beside tfjs-node into its own node_modules, so that one rename brings all of it; what the project has in
 * the same version, tfjs-core above all, is left to the project.
 */
async function nestDependencies(folder: string, staged: string, nodeModules: string): Promise<void> {
  const from = join(folder, 'node_modules');
  const names = (await readdir(from)).filter((name) => !name.startsWith('.') && name !== 'node-api-headers');
  for (const name of names) {
    const parts = name.startsWith('@') ? (await readdir(join(from, name))).map((part) => `${name}/${part}`) : [name];
    for (const part of parts) {
      if (part === TFJS_NODE) continue;
      const [manifest, theirs] = [join(from, part, 'package.json'), join(nodeModules, part, 'package.json')];
      if (part.startsWith('@tensorflow/') && existsSync(theirs) && versionAbove(theirs) === versionAbove(manifest)) {
        await rm(join(from, part), { recursive: true }); // the project's is found from here, and there must be one
        continue;
      }
      const to = join(staged, 'node_modules', part);
      await mkdir(dirname(to), { recursive: true });
      if (!existsSync(to)) await rename(join(from, part), to);
    }
  }
}
