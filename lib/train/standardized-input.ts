/** A first layer that standardises pictures computes in one go while a model trains here; what is saved of it stays tf.layers' own. */

import type { LayersModel } from '../backend/tf';
import { layersIn } from '../model/models-in';
import { standardizeOf } from '../model/standardize';
import { hasOwnCall, withCalls } from './own-calls';

/**
 * Runs a training during which a model's first layer, where it standardises pictures, is one kernel. Nobody asks for slopes of the pictures; where
 * the layer stands in a second place somebody may, and the kernel has none.
 */
export async function withStandardizedInput<T>(model: LayersModel, training: () => Promise<T>): Promise<T> {
  const [first] = model.layers;
  const call = first && !hasOwnCall(first) && standsOnce(first, model) ? standardizeOf(first) : undefined;
  return first && call ? withCalls(new Map([[first, call]]), training) : training();
}

/** A layer may be applied to several inputs, or to one and listed by a model and another one within it. */
function standsOnce(layer: LayersModel['layers'][number], model: LayersModel): boolean {
  return layer.inboundNodes.length === 1 && layersIn(model).filter((one) => one === layer).length === 1;
}
