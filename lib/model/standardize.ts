/**
 * Every picture to mean 0 and spread 1, x ← (x − mean(x)) / √(var(x) + ε): the network then sees shapes, whatever the light. A frozen
 * layer normalisation, so a saved network needs nothing but tfjs's built-in layers; scaling each face by its own numbers leaves nothing
 * to fit, and nothing that training rows could tell about others.
 */

import { canStandardize, standardized } from '../backend/kernels/standardize';
import { type LayersModel, type Tensor, type Tensor2D, tf } from '../backend/tf';

const EPSILON = 1e-5; // of a variance that is about 0.05 where pixels lie between 0 and 1; a picture of one gray becomes 0

/** The layer, for rows of pixels [n, inputs], as the first of a network. Its gamma, 1, and beta, 0, are frozen. */
export function standardizeLayer(inputs: number) {
  return tf.layers.layerNormalization({
    name: 'standardize',
    epsilon: EPSILON,
    trainable: false, // with centre and scale switched off its gradient throws
    inputShape: [inputs],
  });
}

type Layer = LayersModel['layers'][number];

/**
 * What such a layer computes, in one go; undefined for any other layer, and where the current backend cannot. Nobody can descend through it to
 * the pixels.
 */
export function standardizeOf(layer: Layer): ((inputs: Tensor | Tensor[]) => Tensor) | undefined {
  if (!canStandardize() || layer.getClassName() !== 'LayerNormalization' || layer.trainable) return undefined;
  const { axis, epsilon, center, scale } = layer.getConfig() as Record<string, unknown>;
  const isRow = layer.inboundNodes.every(({ inputTensors }) => inputTensors[0]?.shape.length === 2);
  if (!isRow || String(axis) !== '1' || !center || !scale || !isPlain(layer)) return undefined; // once built it is a list of axes, counted from 0
  return (inputs) => standardized((Array.isArray(inputs) ? inputs[0] : inputs) as Tensor2D, epsilon as number);
}

/** Whether gamma is 1 and beta 0 everywhere. */
function isPlain(layer: Layer): boolean {
  const [gamma, beta] = layer.getWeights() as [Tensor, Tensor];
  return tf.tidy(() => tf.logicalAnd(tf.all(tf.equal(gamma, 1)), tf.all(tf.equal(beta, 0))).dataSync()[0] === 1);
}
