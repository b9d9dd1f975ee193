/** Weights of a model at some moment. */

import { type LayersModel, type Tensor, tf } from '../backend/tf';

/**
 * Holds on to the values of all weights, in the order of `model.getWeights()`: whoever changes them assigns new tensors and never
 * writes into old ones. The caller disposes them.
 */
export function snapshot(model: LayersModel): Tensor[] {
  return model.getWeights().map((weight) => tf.clone(weight));
}
