/**
 * tf.layers' dense and convolutional layers compute the slopes of their inputs together with those of their weights, and in the first layer
 * that learns nobody asks for them: a quarter of a training's arithmetic. While a model trains here this layer computes f(x·W + b), or
 * f(x ∗ W + b), by ops whose slopes are computed one by one, when they are asked for. What stands before it may reshape, or have learnt.
 */

import { type LayersModel, type Tensor, type Tensor2D, type Tensor4D, tf } from '../backend/tf';
import { hasOwnCall, only, withCalls } from './own-calls';

/** What of tf.layers' layers is used; protected there. */
interface Layer<Weights extends Tensor> {
  readonly kernel: { read(): Weights };
  readonly bias: { read(): Tensor } | null | undefined;
  readonly activation: { apply(x: Tensor): Tensor } | null | undefined;
}

interface Convolution extends Layer<Tensor4D> {
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly dataFormat: string;
  readonly dilationRate: [number, number];
}

/** x·W or x ∗ W of a layer. */
type Product = (x: Tensor) => Tensor;

/** Runs a training during which the first layer of a model that learns, where it is a dense one or a convolution, computes lazily. */
export async function withLazyInput<T>(model: LayersModel, training: () => Promise<T>): Promise<T> {
  const first = model.layers.find((layer) => layer.trainableWeights.length > 0);
  const product = first && !hasOwnCall(first) ? productOf(first) : undefined;
  if (!first || !product) return training();
  const layer = first as unknown as Layer<Tensor>;
  const call = (inputs: Tensor | Tensor[]): Tensor =>
    tf.tidy(() => {
      const xW = product(only(inputs));
      const z = layer.bias ? tf.add(xW, layer.bias.read()) : xW;
      return layer.activation ? layer.activation.apply(z) : z;
    });
  return withCalls(new Map([[first, call]]), training);
}

/** Undefined where a layer does something else, or stands in several places. */
function productOf(layer: LayersModel['layers'][number]): Product | undefined {
  if (layer.inboundNodes.length !== 1) return undefined;
  const rank = (layer.input as { shape: unknown[] }).shape.length;
  if (layer.getClassName() === 'Dense' && rank === 2) {
    const { kernel } = layer as unknown as Layer<Tensor2D>;
    return (x) => tf.matMul(x as Tensor2D, kernel.read());
  }
  if (layer.getClassName() === 'Conv2D') {
    const { kernel, strides, padding, dataFormat, dilationRate } = layer as unknown as Convolution;
    if (dataFormat !== 'channelsLast') return undefined;
    return (x) => tf.conv2d(x as Tensor4D, kernel.read(), strides, padding, 'NHWC', dilationRate);
  }
  return undefined;
}
