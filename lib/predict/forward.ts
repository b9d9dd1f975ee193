/**
 * A network's way from inputs to outputs, without what `predict` does around it: it sorts the layers, names what they are in, checks and
 * copies their inputs, each time. For one face that takes as long as the arithmetic of a small network.
 */

import { rectifiedConvolution, type Strides } from '../backend/kernels/rectified';
import { type LayersModel, type Tensor, type Tensor2D, type Tensor4D, tf } from '../backend/tf';
import { standardizeOf } from '../model/standardize';

/** [n, inputs] → [n, outputs]; the caller tidies. */
export type Forward = (inputs: Tensor2D) => Tensor2D;
type Layer = LayersModel['layers'][number];

/** A layer, or what does its work; it is given a list of one. */
interface Step {
  call(inputs: Tensor[], kwargs: object): Tensor | Tensor[];
  /** Tensors of its own. */
  readonly kept?: readonly Tensor[];
}

/** A way that has tensors of its own. */
export interface FrozenForward {
  readonly forward: Forward;
  /** Frees them; the model stays. */
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
 * Pictures are standardised in one go, and convolutions are kernels of the engine, without the checks of layers and ops around them, which take a
 * tenth of the time for one face. It keeps tensors of its own.
 */
export function frozenForwardOf(model: LayersModel): FrozenForward {
  if (!isChain(model)) return { forward: forwardOf(model), dispose() {} };
  const layers: Step[] = [];
  for (let i = 0; i < model.layers.length; i++) {
    const [layer, norm, relu] = model.layers.slice(i, i + 3) as [Layer, Layer?, Layer?];
    const folds = layer.getClassName() === 'Conv2D' && norm && relu && takesOver(layer, norm, relu);
    const call = standardizeOf(layer);
    layers.push(call ? { call } : folds ? folded(layer, norm) : (depthwise(layer) ?? layer));
    if (folds) i += 2;
  }
  return {
    forward: (inputs) => through(layers, inputs),
    dispose() {
      for (const { kept = [] } of layers) for (const tensor of kept) tensor.dispose();
    },
  };
}

/** Each layer is given a list of one, as tfjs does: a host's own may look for its first. */
function through(layers: readonly Step[], inputs: Tensor2D): Tensor2D {
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
  const isDilated = [first.dilationRate].flat().some((rate) => rate !== 1);
  return isNorm && isRelu && isBare(first) && !isDilated;
}

/** Whether a convolution has nothing behind it, and channels last. */
function isBare({ dataFormat, activation, useBias }: ReturnType<Layer['getConfig']>): boolean {
  return dataFormat === 'channelsLast' && activation === 'linear' && !useBias;
}

/** A convolution with bias and ReLU in one. */
function folded(conv: Layer, norm: Layer): Step {
  const { strides, pad } = slidingOf(conv);
  const [kernel] = conv.getWeights() as [Tensor4D];
  const [gamma, beta, mean, variance] = norm.getWeights() as [Tensor, Tensor, Tensor, Tensor];
  const [weights, bias] = tf.tidy(() => {
    const scale = tf.div(gamma, tf.sqrt(tf.add(variance, norm.getConfig().epsilon as number)));
    return [tf.keep(tf.mul<Tensor4D>(kernel, scale)), tf.keep(tf.sub(beta, tf.mul(mean, scale)))] as const;
  });
  return {
    call: ([x]) => rectifiedConvolution({ x: x as Tensor4D, weights, bias }, { strides, pad }),
    kept: [weights, bias],
  };
}

/** A depthwise convolution that has nothing behind it, or undefined. tfjs's layer knows no dilation. */
function depthwise(layer: Layer): Step | undefined {
  if (layer.getClassName() !== 'DepthwiseConv2D' || !isBare(layer.getConfig())) return undefined;
  const attrs = { ...slidingOf(layer), dataFormat: 'NHWC', dilations: [1, 1] };
  const [filter] = layer.getWeights() as [Tensor];
  return { call: ([x]) => tf.engine().runKernel('DepthwiseConv2dNative', { x: x as Tensor, filter }, attrs) as Tensor };
}

/** How the filter of a layer slides. */
function slidingOf(layer: Layer): Strides {
  const { strides, padding } = layer.getConfig();
  return { strides: strides as Strides['strides'], pad: padding as Strides['pad'] };
}
