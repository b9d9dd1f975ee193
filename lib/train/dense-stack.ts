/** Reading a model as a stack of dense layers, which is what the dual form knows how to differentiate. */

import { type LayersModel, tf } from '../backend/tf';

export interface DenseLayer {
  readonly units: number;
  readonly activation: string;
  readonly useBias: boolean;
}

/** The dense layers of a sequential model from the input on, or, as the rest of a sentence, why it is none of that kind. */
export function denseStack(model: LayersModel): DenseLayer[] | string {
  if (!(model instanceof tf.Sequential)) return 'the model is not sequential';
  const stack: DenseLayer[] = [];
  if (new Set(model.layers).size < model.layers.length) return 'a layer stands in the model more than once';
  for (const layer of model.layers) {
    const kind = layer.getClassName();
    if (kind === 'InputLayer') continue;
    if (kind !== 'Dense') return `the layer ${layer.name} is no dense layer`;
    const config = layer.getConfig() as Record<string, unknown>;
    if (layer.weights.some((weight) => !weight.trainable)) return `the layer ${layer.name} is frozen`;
    for (const rule of [
      'kernelRegularizer',
      'biasRegularizer',
      'activityRegularizer',
      'kernelConstraint',
      'biasConstraint',
    ])
      if (config[rule]) return `the layer ${layer.name} has a ${rule}`;
    const { units, activation, useBias } = config as unknown as DenseLayer;
    stack.push({ units, activation, useBias });
  }
  return stack;
}
