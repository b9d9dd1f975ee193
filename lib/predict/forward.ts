/**
 * A network's way from inputs to outputs, without what `predict` does around it: it sorts the layers, names what they are in, checks and
 * copies their inputs, each time. For one face that takes as long as the arithmetic of a small network.
 */

import { type LayersModel, type Tensor2D, tf } from '../backend/tf';

/** [n, inputs] → [n, outputs], the same numbers as `model.predictOnBatch`; the caller tidies. */
export function forwardOf(model: LayersModel): (inputs: Tensor2D) => Tensor2D {
  if (!(model instanceof tf.Sequential)) return (inputs) => model.predictOnBatch(inputs) as Tensor2D;
  return (inputs) => model.layers.reduce((values, layer) => layer.call(values, {}) as Tensor2D, inputs);
}
