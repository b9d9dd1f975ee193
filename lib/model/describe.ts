/** What a network is in short: its notation, its weights, its arithmetic. */

import type { LayersModel } from '../backend/tf';

interface LayerConfig {
  readonly units?: number;
  readonly filters?: number;
  readonly strides?: number | readonly number[];
  readonly activation?: string;
  readonly rate?: number;
}

type Layer = LayersModel['layers'][number];

/**
 * A network in the tutorial's notation, layer by layer from the pixels on: `9216-100(tanh)-30(linear)`. `conv(16)/2` is a convolution
 * to 16 channels with the stride 2, `separable(32)` a depthwise one with the 1×1 one behind it; layers without arithmetic of their own
 * worth naming (normalisation, ReLU, reshaping) are left out.
 */
export function networkName({ inputs, layers }: LayersModel): string {
  const words: string[] = [];
  let pending: string | undefined; // strides of a depthwise convolution that waits for its 1×1 one
  for (const layer of layers) {
    const word = wordOf(layer, pending);
    if (layer.getClassName() === 'DepthwiseConv2D') pending = word;
    else if (word !== undefined) {
      words.push(word);
      pending = undefined;
    }
  }
  return [inputs[0]?.shape.at(-1), ...words].join('-');
}

function wordOf(layer: Layer, depthwise: string | undefined): string | undefined {
  const { units, filters, strides, activation, rate } = layer.getConfig() as LayerConfig;
  const stride = Array.isArray(strides) ? strides[0] : strides;
  const divided = stride === undefined || stride === 1 ? '' : `/${stride}`;
  switch (layer.getClassName()) {
    case 'Dense':
      return `${units}(${activation})`;
    case 'Dropout':
      return `dropout(${rate})`;
    case 'LayerNormalization':
      return 'standardized';
    case 'DepthwiseConv2D':
      return divided;
    case 'Conv2D':
      return depthwise === undefined ? `conv(${filters})${divided}` : `separable(${filters})${depthwise}`;
    case 'MaxPooling2D':
      return 'pool';
    default:
      return undefined;
  }
}

/** Weights that training changes. */
export function countTrainable({ trainableWeights }: LayersModel): number {
  return trainableWeights.reduce((sum, { shape }) => sum + product(shape), 0);
}

/**
 * Multiply-adds that one face takes, in the layers that have a kernel: each weight of a dense layer once, of a convolution once for
 * every place of its output.
 */
export function multiplyAdds({ layers }: LayersModel): number {
  return layers.reduce((sum, layer) => {
    const places = product((layer.outputShape as (number | null)[]).slice(1, -1));
    const kernels = layer.weights.filter(({ shape }) => shape.length > 1);
    return sum + kernels.reduce((weights, { shape }) => weights + product(shape), 0) * places;
  }, 0);
}

function product(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((all, size) => all * (size ?? 1), 1);
}
