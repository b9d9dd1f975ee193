/**
 * Layers with a ReLU in the way that takes the least memory. While a model trains here, its dense and Conv2D layers with a bias and a ReLU
 * compute in one go. The layers, their weights and what is saved of them stay tf.layers' own.
 */

import { rectifiedConvolution, rectifiedProduct, type Strides } from '../backend/kernels/rectified';
import type { LayersModel, Tensor, Tensor2D, Tensor4D } from '../backend/tf';
import { layersIn } from '../model/models-in';
import { type Layer as AnyLayer, type Call, hasOwnCall, only, withCalls } from './own-calls';

/** What of tf.layers' layers is used; protected there. */
interface Layer {
  readonly kernel: { read(): Tensor };
  readonly bias: { read(): Tensor };
}

interface Convolution extends Layer {
  readonly strides: Strides['strides'];
  readonly padding: Strides['pad'];
  readonly dataFormat: string;
  readonly dilationRate: readonly number[];
}

/** max(0, x·W + b) or max(0, x ∗ W + b) of a layer. */
type Rectified = (x: Tensor, weights: Tensor, bias: Tensor) => Tensor;

/** Runs a training during which the model's layers with a bias and a ReLU compute in one go. */
export async function withRectifiedLayers<T>(model: LayersModel, training: () => Promise<T>): Promise<T> {
  const calls = new Map<AnyLayer, Call>();
  for (const found of layersIn(model)) {
    const rectified = rectifiedOf(found);
    if (!rectified) continue;
    const layer = found as unknown as Layer;
    calls.set(found, (inputs) => rectified(only(inputs), layer.kernel.read(), layer.bias.read()));
  }
  return withCalls(calls, training);
}

/** Undefined where a layer does something else. */
function rectifiedOf(layer: LayersModel['layers'][number]): Rectified | undefined {
  const name = layer.getClassName();
  if ((name !== 'Dense' && name !== 'Conv2D') || hasOwnCall(layer)) return undefined;
  const { useBias, activation } = layer.getConfig();
  const isPlaced = layer.inboundNodes.every(
    (node) => node.inputTensors[0]?.shape.length === (name === 'Dense' ? 2 : 4),
  );
  if (!useBias || activation !== 'relu' || !isPlaced) return undefined;
  if (name === 'Dense')
    return (x, weights, bias) => rectifiedProduct({ x: x as Tensor2D, weights: weights as Tensor2D, bias });
  const { strides, padding: pad, dataFormat, dilationRate } = layer as unknown as Convolution;
  if (dataFormat !== 'channelsLast' || dilationRate.some((rate) => rate !== 1)) return undefined;
  return (x, weights, bias) =>
    rectifiedConvolution({ x: x as Tensor4D, weights: weights as Tensor4D, bias }, { strides, pad });
}
