/** The tutorial's network: dense layers, 9216-100(tanh)-30(linear) unless asked otherwise, as a plain tf.LayersModel. */

import { readyForTensors } from '../backend/choose';
import { type LayersModel, tf } from '../backend/tf';
import { FacemarkError } from '../errors';
import { checkNumber, checkOneOf, withDefaults } from '../options';
import { Random } from '../random';
import { INITIALIZERS, type InitializerName, kernelInitializer } from './initializers';
import { standardizeLayer } from './standardize';

/** Activations of the hidden layers. */
export const ACTIVATIONS = ['tanh', 'sigmoid', 'relu', 'elu', 'selu', 'softplus', 'softsign', 'linear'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export interface BuildModelOptions {
  /** Pixels of a face, width·height: `data.inputs`. */
  readonly inputs?: number;
  /** Coordinates of a face, 2k: `data.outputs`. */
  readonly outputs?: number;
  /** Units of the hidden layer, or of several: `[100, 50]`. */
  readonly hiddenUnits?: number | readonly number[];
  /** Activation of the hidden layers; the output is always linear. */
  readonly activation?: Activation;
  /** Whether the network begins by bringing every picture to mean 0 and spread 1. */
  readonly standardize?: boolean;
  /** Share of the units of each hidden layer that are dropped at random while training, by the seed of `train`. */
  readonly dropout?: number;
  /** Whether layers have biases; they start at 0. */
  readonly bias?: boolean;
  /** Rule for the spread of the initial weights, see `INITIALIZERS`. */
  readonly initializer?: InitializerName;
  /** Seed of the initial weights. */
  readonly seed?: number;
}

export const BUILD_MODEL_DEFAULTS = Object.freeze({
  inputs: 96 * 96,
  outputs: 30,
  hiddenUnits: 100 as number | readonly number[],
  activation: 'tanh' as Activation,
  standardize: false,
  dropout: 0,
  bias: true,
  initializer: 'tutorial' as InitializerName,
  seed: 1,
});

/**
 * Builds a network of dense layers: h = activation(x·W₁ + b₁), …, ŷ = h·W + b.
 *
 * @returns a plain `tf.LayersModel` [n, inputs] → [n, outputs]; it belongs to the caller, who disposes it
 * @throws FacemarkError `bad-option` for an option out of range
 */
export function buildModel(options: BuildModelOptions = {}): LayersModel {
  const { inputs, outputs, hidden, activation, standardize, dropout, bias, initializer, seed } =
    checkBuildModelOptions(options);
  readyForTensors();
  const random = new Random(seed, 'weights');
  const widths = [inputs, ...hidden, outputs];
  const model = tf.sequential({ name: 'facemark' });
  if (standardize) model.add(standardizeLayer(inputs));
  widths.slice(1).forEach((units, i) => {
    const isOutput = i === hidden.length;
    model.add(
      tf.layers.dense({
        name: isOutput ? 'landmarks' : `hidden_${i + 1}`,
        units,
        activation: isOutput ? 'linear' : activation,
        useBias: bias,
        kernelInitializer: kernelInitializer(initializer, widths[i] as number, units, isOutput, random),
        biasInitializer: 'zeros',
        inputShape: i === 0 && !standardize ? [inputs] : undefined,
      }),
    );
    if (dropout > 0 && !isOutput) model.add(tf.layers.dropout({ name: `dropout_${i + 1}`, rate: dropout }));
  });
  model.setUserDefinedMetadata({ facemark: { seed, initializer } }); // is saved with the model, where no config holds it
  return model;
}

/**
 * The options with their defaults, checked; `hidden` lists the units of the hidden layers.
 *
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkBuildModelOptions(options: BuildModelOptions) {
  const filled = withDefaults(BUILD_MODEL_DEFAULTS, options);
  const { inputs, outputs, hiddenUnits, activation, dropout, initializer } = filled;
  const hidden = typeof hiddenUnits === 'number' ? [hiddenUnits] : [...hiddenUnits];
  checkNumber('inputs', inputs, { integer: true, atLeast: 1 });
  checkNumber('outputs', outputs, { integer: true, atLeast: 1 });
  if (hidden.length === 0)
    throw new FacemarkError(
      'bad-option',
      'hiddenUnits is an empty list; expected the units of at least one hidden layer.',
    );
  for (const units of hidden) checkNumber('hiddenUnits', units, { integer: true, atLeast: 1 });
  checkOneOf('activation', activation, ACTIVATIONS);
  checkNumber('dropout', dropout, { atLeast: 0, below: 1 });
  checkOneOf('initializer', initializer, INITIALIZERS);
  return { ...filled, hidden };
}
