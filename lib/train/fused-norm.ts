/**
 * Batch normalisation and the ReLU on top of it in one go. While a model trains here, its BatchNormalization layers compute by facemark's own
 * kernels where the current backend has them, each together with the ReLU that alone takes its output. The layers, their weights
 * and what is saved of them stay tf.layers' own.
 */

import { batchNorm, hasBatchNorm } from '../backend/kernels/norm';
import { type LayersModel, type Tensor, tf } from '../backend/tf';
import { modelsIn } from '../model/models-in';
import { type Call, hasOwnCall, type Layer, only, withCalls } from './own-calls';

interface Weight {
  read(): Tensor;
  write(value: Tensor): unknown;
}

/** What of tf.layers' layer is used; protected there. */
interface Norm {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  /** None where the layer does not scale, or does not center: tf.layers cannot train such a layer. */
  readonly gamma?: Weight;
  readonly beta?: Weight;
  readonly movingMean: Weight;
  readonly movingVariance: Weight;
}

/** Runs a training during which batches are normalised by the fused kernels. */
export async function withFusedNorm<T>(model: LayersModel, training: () => Promise<T>): Promise<T> {
  if (!hasBatchNorm()) return training();
  const calls = new Map<Layer, Call>();
  const rectified = new WeakSet<Tensor>(); // what has been through its ReLU already
  const replace = (layer: Layer, callFor: (stock: Call) => Call): void => {
    calls.set(layer, callFor((layer as unknown as { call: Call }).call.bind(layer)));
  };
  for (const { layer, relu } of normsOf(model)) {
    replace(layer, (stock) => fusedCall(layer as unknown as Norm, relu !== undefined, rectified, stock));
    if (relu)
      replace(
        relu,
        (stock) => (inputs, kwargs) => (rectified.has(only(inputs)) ? only(inputs) : stock(inputs, kwargs)),
      );
  }
  return withCalls(calls, training);
}

function fusedCall(norm: Norm, relu: boolean, rectified: WeakSet<Tensor>, stock: Call): Call {
  return (inputs, kwargs) => {
    const x = only(inputs);
    const { gamma, beta, movingMean, movingVariance, axis } = norm;
    const isMatrix = x.rank > 1 && x.size > 0 && (axis === -1 || axis === x.rank - 1);
    if (!kwargs.training || !gamma || !beta || !isMatrix || x.dtype !== 'float32') return stock(inputs, kwargs);
    return tf.tidy(() => {
      const [mean, variance] = [movingMean.read(), movingVariance.read()];
      const weights = { gamma: gamma.read(), beta: beta.read(), movingMean: mean, movingVariance: variance };
      const normed = batchNorm({ x, ...weights }, { epsilon: norm.epsilon, momentum: norm.momentum, relu });
      movingMean.write(normed.movingMean);
      movingVariance.write(normed.movingVariance);
      if (relu) rectified.add(normed.h);
      return normed.h;
    });
  };
}

/** The normalising layers of a model, and of the models in it, each with the ReLU that can be computed with it. */
function normsOf(model: LayersModel): { layer: Layer; relu?: Layer }[] {
  return modelsIn(model).flatMap(({ layers, outputs }) =>
    layers
      .filter((layer) => layer.getClassName() === 'BatchNormalization' && !hasOwnCall(layer))
      .map((layer) => ({ layer, relu: reluAfter(layer, outputs) })),
  );
}

/** The ReLU that a layer's output goes to, where it goes nowhere else. */
function reluAfter({ inboundNodes, outboundNodes }: Layer, outputs: LayersModel['outputs']): Layer | undefined {
  const next = outboundNodes[0]?.outboundLayer;
  const isOutput = inboundNodes[0]?.outputTensors.some((tensor) => outputs.includes(tensor));
  if (!next || inboundNodes.length > 1 || outboundNodes.length > 1 || isOutput || hasOwnCall(next)) return;
  return isRelu(next) ? next : undefined;
}

/** Other layers are not asked for their configuration: a host's own may have none. */
function isRelu(layer: Layer): boolean {
  const name = layer.getClassName();
  if (name === 'Activation') return layer.getConfig().activation === 'relu';
  return name === 'ReLU' && (layer.getConfig().maxValue ?? undefined) === undefined;
}
