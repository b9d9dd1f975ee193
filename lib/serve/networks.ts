/** The networks of a pool by name: their bundles read, what is told about them, and which one a request means. */

import { basename, dirname, resolve } from 'node:path';
import { readParts } from '../bundle/disk';
import type { Manifest, Parts } from '../bundle/parts';
import { FacemarkError } from '../errors';

/** A network of a pool. */
export interface PoolModel extends Pick<Manifest, 'landmarks' | 'width' | 'height' | 'record'> {
  /** SHA-256 of the weights: the network's identity. */
  readonly weightsSha256: string;
}

/** One bundle's folder, which names it, or several by name. */
export type Bundles = string | Readonly<Record<string, string>>;

/**
 * What a network is called when nobody says it: like the folder of its bundle, or in a run folder like that.
 */
export function bundleName(folder: string): string {
  const path = resolve(folder);
  return basename(path) === 'bundle' ? basename(dirname(path)) : basename(path);
}

/**
 * Folders of bundles as people write them, `FOLDER` or `NAME=FOLDER`, by name.
 *
 * @throws FacemarkError `bad-option` when two have the same name, or one has a name that no address should hold
 */
export function namedBundles(texts: readonly string[]): Record<string, string> {
  const folders: Record<string, string> = {};
  for (const text of texts) {
    const [, given, rest] = /^([^=/\\]+)=(.+)$/s.exec(text) ?? [];
    if (given !== undefined && !/^[\w.-]+$/.test(given))
      throw new FacemarkError(
        'bad-option',
        `${JSON.stringify(given)} cannot be the name of a network; expected letters, digits, "_", "." and "-".`,
      );
    const folder = rest ?? text;
    const name = given ?? bundleName(folder);
    if (Object.hasOwn(folders, name))
      throw new FacemarkError(
        'bad-option',
        `two bundles are called ${name}: ${folders[name]} and ${folder}; give one of them another name: NAME=${folder}.`,
      );
    folders[name] = folder;
  }
  return folders;
}

/**
 * Reads the bundles, once for all workers.
 *
 * @throws FacemarkError `bad-file` for a broken one, `bad-option` when there is none
 */
export async function readBundles(bundles: Bundles): Promise<Record<string, Parts>> {
  const folders = typeof bundles === 'string' ? { [bundleName(bundles)]: bundles } : bundles;
  const entries = Object.entries(folders);
  if (entries.length === 0) throw new FacemarkError('bad-option', 'there is no bundle; expected at least one.');
  return Object.fromEntries(await Promise.all(entries.map(async ([name, folder]) => [name, await readParts(folder)])));
}

/** What is told about a network. */
export function modelOf({ manifest }: Parts): PoolModel {
  const { landmarks, width, height, record, files } = manifest;
  return { landmarks, width, height, record, weightsSha256: files.weights.sha256 };
}

const LONGEST_SHOWN = 100; // characters of a name in a message

/**
 * The name of the network that a request means.
 *
 * @throws FacemarkError `no-model` when there is none of that name, or several and no name
 */
export function chooseModel(models: Readonly<Record<string, PoolModel>>, name: string | undefined): string {
  const names = Object.keys(models);
  if (name !== undefined && Object.hasOwn(models, name)) return name;
  if (name === undefined && names.length === 1) return names[0] as string;
  const shown = JSON.stringify(name?.slice(0, LONGEST_SHOWN));
  const what = name === undefined ? 'the request names no network' : `there is no network ${shown}`;
  throw new FacemarkError('no-model', `${what}; expected one of ${names.join(', ')}.`);
}
