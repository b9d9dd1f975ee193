/** A predictor on disk: `saveBundle` and `loadPredictor`. What the files are is the room `bundle/`'s business. */

import { useBackend } from '../backend/choose';
import { readParts, writeParts } from '../bundle/disk';
import { fromParts, type Manifest, type Parts, toParts } from '../bundle/parts';
import type { Run } from '../train/train';
import { softwareVersions } from '../version';
import { frozenForwardOf } from './forward';
import { createPredictor, type Predictor, predictorThrough } from './predictor';

/** A predictor that came from a bundle, and what the bundle says about it. */
export interface LoadedPredictor extends Predictor {
  /** How the network came about, as it was saved. */
  readonly record: Manifest['record'];
  /** SHA-256 of the weights: the network's identity. */
  readonly weightsSha256: string;
}

/**
 * Saves a predictor as a bundle: model.json and weights that plain tfjs loads, and facemark.json. An old bundle in the folder is
 * replaced atomically; works without tfjs-node.
 *
 * @param folder made if need be
 * @param record how the network came about: the run that `train` returned, with its scores beside it (`{ ...run, scores }`), or any
 *   plain data; a run's history and weights are left out, the software's versions and the seed of the weights are added
 * @throws FacemarkError `output` when the disk refuses
 */
export async function saveBundle(
  folder: string,
  predictor: Predictor,
  record: Run | Record<string, unknown> = {},
): Promise<void> {
  const { history: _, bestWeights: __, ...plain } = record as Record<string, unknown>;
  const { tfjs } = await useBackend();
  const known = { versions: softwareVersions(tfjs), weights: predictor.model.getUserDefinedMetadata() };
  await writeParts(folder, await toParts(predictor.model, predictor, { ...known, ...plain }));
}

/**
 * Loads a predictor from a bundle; it belongs to the caller, who disposes it.
 *
 * @throws FacemarkError `bad-file` for a bundle that is missing, damaged, changed or too new
 */
export async function loadPredictor(folder: string): Promise<LoadedPredictor> {
  return predictorOf(await readParts(folder));
}

/**
 * A predictor of a bundle's parts, wherever they come from; it belongs to the caller, who disposes it.
 *
 * @param isFrozen for serving: the network has the weights that it has now, and looks for no engine again
 */
export async function predictorOf(parts: Parts, isFrozen = false): Promise<LoadedPredictor> {
  await useBackend();
  const { model, knowledge } = await fromParts(parts);
  const { record, files } = parts.manifest;
  try {
    const predictor = isFrozen
      ? predictorThrough({ ...frozenForwardOf(model), ready: asItIs }, model, knowledge)
      : createPredictor(model, knowledge);
    return { ...predictor, record, weightsSha256: files.weights.sha256 };
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}

/** The engine has been started, and nobody looks after it again: that takes a sixth of a small network's time. */
async function asItIs(): Promise<void> {}
