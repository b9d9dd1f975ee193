/** What `facemark native` needs before it begins: a place, a platform, npm, room on the disk. */

import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { FacemarkError } from '../errors';
import { version } from '../version';
import { libcOf } from './machine';
import { answerOf } from './programs';
import { TFJS_NODE } from './stage-package';

export interface Place {
  /** The node_modules that facemark's own tfjs-core is found in. */
  readonly nodeModules: string;
  readonly target: string;
}

/**
 * Where tfjs-node is installed, or would be.
 *
 * @throws FacemarkError `native` where packages are in no folders
 */
export function findPlace(): Place {
  const resolver = createRequire(__filename);
  try {
    const target = dirname(resolver.resolve(`${TFJS_NODE}/package.json`));
    return { nodeModules: resolve(target, '..', '..'), target };
  } catch {
    const nodeModules = resolver.resolve
      .paths(TFJS_NODE)
      ?.find((folder) => existsSync(join(folder, '@tensorflow', 'tfjs-core')));
    if (nodeModules) return { nodeModules, target: join(nodeModules, TFJS_NODE) };
    throw new FacemarkError(
      'native',
      'there is no node_modules folder with @tensorflow/tfjs-core above facemark (Yarn Plug’n’Play?); expected packages installed in folders.',
    );
  }
}

/** @throws FacemarkError `native` on a platform where it was not tried */
export function refuseElsewhere(): void {
  const { platform, arch } = process;
  const libc = libcOf();
  if (platform === 'linux' && arch === 'x64' && libc.startsWith('glibc')) return;
  throw new FacemarkError(
    'native',
    `facemark native ${version} was built and tried on Linux x64 with glibc; this is ${platform} ${arch}${libc ? ` with ${libc}` : ''}, where it was not tried. ` +
      `What would be needed: TensorFlow's C library for this platform and a build of tfjs-node's addon against it, as docs/backends.md describes. WebAssembly works here without it.`,
  );
}

/** @throws FacemarkError `native` */
export async function requireNpm(): Promise<void> {
  if ((await answerOf('npm', ['--version'])) === undefined)
    throw new FacemarkError(
      'native',
      'npm is not on the PATH; it gets the packages without their install scripts: install it beside Node.',
    );
}

/** @throws FacemarkError `native` when the disk has less room than is needed on the way */
export async function requireSpace(folder: string, gigabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes)
    throw new FacemarkError(
      'native',
      `${folder} has ${free.toFixed(1)} GB of free disk space; expected ${gigabytes} GB on the way: free some, or bring an unpacked TensorFlow, which is only linked (--tensorflow <folder>).`,
    );
}
