/** A predictor on disk: `saveBundle` and `loadPredictor`. What the files are is the room `bundle/`'s business. */

import { useBackend } from '../backend/choose';
import type { LayersModel } from '../backend/tf';
import { readParts, writeParts } from '../bundle/disk';
import { fromParts, type Manifest, type Parts, toParts } from '../bundle/parts';
import type { Run } from '../train/train';
import { softwareVersions } from '../version';
import { type Forward, forwardOf } from './forward';
import { type Predictor, predictorThrough } from './predictor';

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
 * @param through how inputs go through the network; frozen for a process that does nothing else with it
 */
export async function predictorOf(
  parts: Parts,
  through: (model: LayersModel) => Forward = forwardOf,
): Promise<LoadedPredictor> {
  await useBackend();
  const { model, knowledge } = await fromParts(parts);
  const { record, files } = parts.manifest;
  try {
    return { ...predictorThrough(through(model), model, knowledge), record, weightsSha256: files.weights.sha256 };
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}
