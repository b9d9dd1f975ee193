/** Bundles of small networks, and photos for them, for the tests of pool and service. */

import { join } from 'node:path';
import { buildModel } from '../../lib/model/build-model';
import { saveBundle } from '../../lib/predict/bundle';
import { createPredictor, type Predictor } from '../../lib/predict/predictor';
import { prepare } from '../../lib/prepare/prepare';
import { emptyFolder } from '../child';
import { tinyFaces } from '../tiny-faces';

export const SIZE = 8;

/** A network for faces of 8×8 pixels, untrained, and the folder of its bundle, which ends in `name`. */
export async function tinyBundle(name: string, seed = 1): Promise<{ folder: string; predictor: Predictor }> {
  const data = prepare(tinyFaces({ size: SIZE }));
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 5, seed });
  const predictor = createPredictor(model, data);
  data.dispose();
  const folder = join(emptyFolder(), name);
  await saveBundle(folder, predictor);
  return { folder, predictor };
}

/** A photo of a size as PGM, which needs no decoder: a slope of gray, another for each seed. */
export function photo(width = 20, height = 10, seed = 0): Buffer {
  const pixels = Buffer.from(Array.from({ length: width * height }, (_, i) => (i * (7 + seed) + seed) % 256));
  return Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), pixels]);
}

/** The JSON object that a response holds. */
export async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}
