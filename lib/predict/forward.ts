/**
 * A network's way from inputs to outputs, without what `predict` does around it: it sorts the layers, names what they are in, checks and
 * copies their inputs, each time. For one face that takes as long as the arithmetic of a small network.
 */

import { type LayersModel, type Tensor, type Tensor2D, tf } from '../backend/tf';
import { standardizeOf } from '../model/standardize';

/** [n, inputs] → [n, outputs]; the caller tidies. */
export type Forward = (inputs: Tensor2D) => Tensor2D;
type Layer = LayersModel['layers'][number];

/** A way that keeps tensors of its own beside the model's. */
export interface Frozen {
  readonly forward: Forward;
  /** Frees them; the model is the caller's. */
  dispose(): void;
}

/** The same numbers as `model.predictOnBatch`, with the weights that the model has at that moment. */
export function forwardOf(model: LayersModel): Forward {
  if (!isChain(model)) return (inputs) => model.predictOnBatch(inputs) as Tensor2D;
  return (inputs) => through(model.layers, inputs);
}

/** Whether layers follow one another and nothing goes beside their values: a layer that masks, or a model, has a `computeMask` of its own. */
function isChain(model: LayersModel): boolean {
  const { computeMask } = tf.layers.Layer.prototype;
  return model instanceof tf.Sequential && model.layers.every((layer) => layer.computeMask === computeMask);
}

/**
 * The same to rounding, with the weights that the model has now, for one that is not trained any more. A convolution takes over the batch
 * normalisation and the ReLU behind it, which have a pass over all that it puts out of their own otherwise:
 *
 *     γ (K∗x + b − μ) / √(σ² + ε) + β  =  (s K)∗x + s (b − μ) + β        s = γ / √(σ² + ε), for each channel
 *
 * Pictures are standardised in one go.
 */
export function frozenForwardOf(model: LayersModel): Frozen {
  if (!isChain(model)) return { forward: forwardOf(model), dispose() {} };
  const layers: Pick<Layer, 'call'>[] = [];
  const own: Layer[] = [];
  for (let i = 0; i < model.layers.length; i++) {
    const [layer, norm, relu] = model.layers.slice(i, i + 3) as [Layer, Layer?, Layer?];
    const call = standardizeOf(layer);
    if (layer.getClassName() === 'Conv2D' && norm && relu && takesOver(layer, norm, relu)) {
      own.push(folded(layer, norm));
      layers.push(own.at(-1) as Layer);
      i += 2;
    } else layers.push(call ? { call } : layer);
  }
  return {
    forward: (inputs) => through(layers, inputs),
    dispose() {
      for (const { weights } of own) for (const weight of weights) weight.dispose();
    },
  };
}

/** Each layer is given a list of one, as tfjs does: a host's own may look for its first. */
function through(layers: readonly Pick<Layer, 'call'>[], inputs: Tensor2D): Tensor2D {
  return layers.reduce<Tensor>((values, layer) => {
    const outputs = layer.call([values], {});
    return Array.isArray(outputs) ? (outputs[0] as Tensor) : outputs;
  }, inputs) as Tensor2D;
}

function takesOver(conv: Layer, norm: Layer, relu: Layer): boolean {
  const [first, second, third] = [conv.getConfig(), norm.getConfig(), relu.getConfig()];
  const isNorm =
    norm.getClassName() === 'BatchNormalization' && second.axis === -1 && !!second.center && !!second.scale;
  const isRelu = relu.getClassName() === 'ReLU' && (third.maxValue ?? null) === null;
  return isNorm && isRelu && first.dataFormat === 'channelsLast' && first.activation === 'linear' && !first.useBias;
}

/** A convolution with bias and ReLU in one. */
function folded(conv: Layer, norm: Layer): Layer {
  const { filters, kernelSize, strides, padding, dilationRate } = conv.getConfig() as never;
  const layer = tf.layers.conv2d({ filters, kernelSize, strides, padding, dilationRate, activation: 'relu' });
  layer.build(conv.inboundNodes[0]?.inputShapes[0] as number[]);
  const [kernel] = conv.getWeights() as [Tensor];
  const [gamma, beta, mean, variance] = norm.getWeights() as [Tensor, Tensor, Tensor, Tensor];
  tf.tidy(() => {
    const scale = tf.div(gamma, tf.sqrt(tf.add(variance, norm.getConfig().epsilon as number)));
    layer.setWeights([tf.mul(kernel, scale), tf.sub(beta, tf.mul(mean, scale))]);
  });
  return layer;
}
