/**
 * A bundle on disk. Saving over an old bundle is atomic although it is three files:
 *
 *     1  weights-HASH.bin      a new name, beside the old weights
 *     2  facemark.next.json    the new manifest, not yet in force
 *     3  model.json            renamed over the old one: from here on the new bundle is the bundle
 *     4  facemark.next.json → facemark.json, and the old weights are removed
 *
 * A reader takes whichever manifest names the SHA-256 of the model.json that is there, so a process killed between any two steps
 * leaves the old bundle or the new one. Plain tfjs, which reads model.json and the weights it names, sees a pair at any time.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FacemarkError, messageOf } from '../errors';
import { sha256, writeFileSafely } from '../files';
import { type FileEntry, FORMAT, FORMAT_VERSION, type Manifest, type Parts, seal } from './parts';

const MANIFEST = 'facemark.json';
const NEXT_MANIFEST = 'facemark.next.json';
const MODEL = 'model.json';
/** Weights of any bundle, and what a killed write has left under a temporary name. */
const OLD = /^weights-[0-9a-f]{12}\.bin$|^(model|facemark|facemark\.next)\.json\.\d+$|^weights-[0-9a-f]{12}\.bin\.\d+$/;
const ATTEMPTS = 3; // a reader that meets a writer between two steps looks again

/**
 * Writes the parts into a folder, which is made if need be.
 *
 * @throws FacemarkError `output` when the disk refuses
 */
export async function writeParts(folder: string, { manifest, model, weights }: Parts): Promise<void> {
  await writeFileSafely(join(folder, manifest.files.weights.name), weights);
  await writeFileSafely(join(folder, NEXT_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFileSafely(join(folder, MODEL), model);
  try {
    await rename(join(folder, NEXT_MANIFEST), join(folder, MANIFEST));
    for (const name of await readdir(folder))
      if (OLD.test(name) && name !== manifest.files.weights.name) await rm(join(folder, name), { force: true });
  } catch (cause) {
    throw new FacemarkError('output', `the bundle in ${folder} cannot be finished: ${messageOf(cause)}.`, { cause });
  }
}

/**
 * Reads and checks the parts of a bundle.
 *
 * @throws FacemarkError `bad-file`, in one sentence, for a bundle that is missing, incomplete, truncated, changed, put together from
 *   two bundles, or newer than this facemark
 */
export async function readParts(folder: string): Promise<Parts> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(folder);
    } catch (thrown) {
      if (attempt === ATTEMPTS) throw thrown;
    }
  }
}

async function readOnce(folder: string): Promise<Parts> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw bad(
      `${existsSync(folder) ? `${folder} is a file` : `there is no folder ${folder}`}; expected a bundle: a folder with ${MODEL}, ${MANIFEST} and weights.`,
    );
  const manifests = [await readManifest(folder, MANIFEST), await readManifest(folder, NEXT_MANIFEST)].filter(
    (m) => m !== undefined,
  );
  if (manifests.length === 0)
    throw bad(
      `${folder} has no ${MANIFEST}, so it is no facemark bundle; expected a folder that facemark train or saveBundle has left${existsSync(join(folder, 'bundle', MANIFEST)) ? `: ${join(folder, 'bundle')}` : ''}.`,
    );
  const model = await readPart(folder, MODEL);
  const manifest = manifests.find(({ files }) => files.model.sha256 === sha256(model)) ?? (manifests[0] as Manifest);
  check(folder, manifest.files.model, model);
  const weights = await readPart(folder, manifest.files.weights.name);
  check(folder, manifest.files.weights, weights);
  return { manifest, model, weights };
}

async function readManifest(folder: string, name: string): Promise<Manifest | undefined> {
  const path = join(folder, name);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  refuseWebPage(path, bytes);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw bad(
      `${path} is no whole JSON document (${messageOf(cause)}); the file is damaged: save the bundle again, or copy it anew.`,
    );
  }
  if (manifest?.format !== FORMAT)
    throw bad(`${path} is no manifest of facemark; expected "format": "${FORMAT}" in it.`);
  if (!(manifest.formatVersion <= FORMAT_VERSION))
    throw bad(
      `${path} has the format version ${manifest.formatVersion}, written by facemark ${manifest.facemark}; this facemark reads up to ${FORMAT_VERSION}: update it (npm install facemark@latest).`,
    );
  if (seal(manifest).sha256 !== manifest.sha256)
    throw bad(`${path} was changed after it was saved: its SHA-256 differs. Save the bundle again, or copy it anew.`);
  return manifest;
}

async function readPart(folder: string, name: string): Promise<Uint8Array> {
  const path = join(folder, name);
  const bytes = await readFile(path).catch((cause) => {
    throw bad(`${path} cannot be read (${messageOf(cause)}); the bundle is not complete: copy the whole folder.`);
  });
  refuseWebPage(path, bytes);
  return bytes;
}

function check(folder: string, { name, bytes, sha256: expected }: FileEntry, content: Uint8Array): void {
  const path = join(folder, name);
  if (content.length < bytes)
    throw bad(
      `${path} is cut off: it has ${content.length} bytes of ${bytes}; copy the file again, or save the bundle again.`,
    );
  if (sha256(content) !== expected)
    throw bad(
      `${path} is not the file that was saved with ${join(folder, MANIFEST)}: their SHA-256 differ; it was changed, or comes from another bundle. Copy the whole folder again.`,
    );
}

function refuseWebPage(path: string, bytes: Uint8Array): void {
  if (/^\s*<(!doctype|html)/i.test(Buffer.from(bytes.subarray(0, 100)).toString('latin1')))
    throw bad(`${path} holds a web page, not a part of a bundle; it was probably downloaded from a wrong address.`);
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-file', message);
}
