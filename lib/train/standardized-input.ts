/** A first layer that standardises pictures computes in one go while a model trains here; what is saved of it stays tf.layers' own. */

import type { LayersModel, Tensor } from '../backend/tf';
import { standardizeOf } from '../model/standardize';

/** Runs a training during which a model's first layer, where it standardises pictures, is one kernel. Nobody asks for slopes of the pictures. */
export async function withStandardizedInput<T>(model: LayersModel, training: () => Promise<T>): Promise<T> {
  const first = model.layers[0] as { call?: (inputs: Tensor | Tensor[]) => Tensor } | undefined;
  const call = model.layers[0] && !Object.hasOwn(model.layers[0], 'call') ? standardizeOf(model.layers[0]) : undefined;
  if (!first || !call) return training();
  first.call = call;
  try {
    return await training();
  } finally {
    delete first.call; // the class's own is behind it
  }
}
