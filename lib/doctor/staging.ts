/**
 * Where a package is put together before it takes the installed one's place: a folder in the same node_modules, so that the last step
 * is a rename. Whatever a killed run leaves is found by the next one.
 */

import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isStillRunning } from '../processes';

const NAME = /^\.facemark-native-(\d+)$/;

export interface Staging {
  readonly folder: string;
  /** Puts a package of the staging folder in the place of an installed one, or where none is. */
  replace(staged: string, installed: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the folder. */
export async function openStaging(nodeModules: string): Promise<Staging> {
  const folder = join(nodeModules, `.facemark-native-${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return {
    folder,
    async replace(staged, installed) {
      if (existsSync(installed)) await rename(installed, old(folder)); // from here to the next line there is none, and WASM computes
      await rename(staged, installed);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Removes what killed runs have left; what one had taken out of its place goes back. A program that such a run had started may still be
 * writing for some seconds: what then cannot be removed is left to the next run.
 *
 * @param target where the package is installed
 */
export async function tidyUp(nodeModules: string, target: string): Promise<void> {
  for (const name of await readdir(nodeModules)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || isStillRunning(Number(pid))) continue;
    const folder = join(nodeModules, name);
    if (existsSync(old(folder)) && !existsSync(target)) await rename(old(folder), target);
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined);
  }
}

/** Where the installed package waits until the new one stands in its place. */
function old(folder: string): string {
  return join(folder, 'old');
}
