/**
 * Convolutional networks, as plain tf.LayersModels of built-in layers. They take rows of pixels, as `buildModel`'s networks do, and
 * begin by standardising each picture and giving it its shape back.
 *
 *     compact   conv 3×3/2 c – 6 × [depthwise 3×3 – 1×1] with 2c/2, 2c, 4c/2, 4c, 8c/2, 8c channels – 1×1 32 – landmarks
 *     classic   3 × [conv – max-pool 2×2] with 32@3×3, 64@2×2, 128@2×2 – dense 500 – dense 500 – landmarks
 *
 * `/2` is a stride. The compact one is of the kind of MobileNet (Howard et al. 2017), with batch normalisation (Ioffe & Szegedy 2015) and
 * ReLU behind the first convolution and each pair; between the two of a pair there is nothing, which finds landmarks better here (1.84
 * beside 1.87 px) and is less work. Its output starts at 0, the centre of the coordinates: the mean face with
 * `prepare({ centre: 'perCoordinate' })`. The classic one, of the kind that first beat dense networks on these faces in 2013–2015, needs
 * thirteen times its arithmetic and a hundred times its weights.
 */

import { readyForTensors } from '../backend/choose';
import { type LayersModel, type Sequential, tf } from '../backend/tf';
import { FacemarkError } from '../errors';
import { checkNumber, checkOneOf, withDefaults } from '../options';
import { Random } from '../random';
import { kernelInitializer } from './initializers';
import { standardizeLayer } from './standardize';

/** The convolutional networks there are. */
export const CONV_NETS = ['compact', 'classic'] as const;
export type ConvNetKind = (typeof CONV_NETS)[number];

export interface BuildConvNetOptions {
  readonly kind?: ConvNetKind;
  /** Size of the pictures in pixels: `data.width` and `data.height`. */
  readonly width?: number;
  readonly height?: number;
  /** Coordinates of a face, 2k: `data.outputs`. */
  readonly outputs?: number;
  /** Channels of the compact network's first convolution, c; the arithmetic grows with their square. The classic one's are fixed. */
  readonly channels?: number;
  /** Share of what goes into the last layer (in the classic network, into each dense layer) that is dropped at random while training. */
  readonly dropout?: number;
  /** Seed of the initial weights. */
  readonly seed?: number;
}

export const BUILD_CONV_NET_DEFAULTS = Object.freeze({
  kind: 'compact' as ConvNetKind,
  width: 96,
  height: 96,
  outputs: 30,
  channels: 16,
  dropout: 0,
  seed: 1,
});

const BLOCKS: readonly { readonly widening: number; readonly strides: number }[] = [
  { widening: 2, strides: 2 },
  { widening: 2, strides: 1 },
  { widening: 4, strides: 2 },
  { widening: 4, strides: 1 },
  { widening: 8, strides: 2 },
  { widening: 8, strides: 1 },
];
const SQUEEZED = 32; // channels that the dense layer sees: it would have most of the weights otherwise
const NORM = { momentum: 0.9, epsilon: 1e-5 }; // PyTorch's; tf.layers' 0.99 takes hundreds of updates to settle

const CLASSIC = [
  { filters: 32, kernelSize: 3 },
  { filters: 64, kernelSize: 2 },
  { filters: 128, kernelSize: 2 },
];
const CLASSIC_HIDDEN = [500, 500];
const CLASSIC_LEAST = 12; // pixels of a side, of which one is left after the third pooling

type Checked = ReturnType<typeof checkBuildConvNetOptions>;

/**
 * Builds a convolutional network.
 *
 * @returns a plain `tf.LayersModel` [n, width·height] → [n, outputs]; it belongs to the caller, who disposes it
 * @throws FacemarkError `bad-option` for an option out of range
 */
export function buildConvNet(options: BuildConvNetOptions = {}): LayersModel {
  const checked = checkBuildConvNetOptions(options);
  const { kind, width, height, channels, seed } = checked;
  readyForTensors();
  const random = new Random(seed, 'weights');
  const model = tf.sequential({ name: 'facemark' });
  model.add(standardizeLayer(width * height));
  model.add(tf.layers.reshape({ name: 'picture', targetShape: [height, width, 1] }));
  if (kind === 'compact') addCompact(model, checked, random);
  else addClassic(model, checked, random);
  model.setUserDefinedMetadata({ facemark: { seed, network: kind, ...(kind === 'compact' && { channels }) } });
  return model;
}

/**
 * The options with their defaults, checked, and no others.
 *
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkBuildConvNetOptions(options: BuildConvNetOptions) {
  const { kind, width, height, outputs, channels, dropout, seed } = withDefaults(BUILD_CONV_NET_DEFAULTS, options);
  checkOneOf('kind', kind, CONV_NETS);
  for (const [name, size] of Object.entries({ width, height, outputs, channels }))
    checkNumber(name, size, { integer: true, atLeast: 1 });
  checkNumber('dropout', dropout, { atLeast: 0, below: 1 });
  if (kind === 'classic' && Math.min(width, height) < CLASSIC_LEAST)
    throw new FacemarkError(
      'bad-option',
      `the pictures are ${width}×${height}; the classic network pools three times and expects sides of at least ${CLASSIC_LEAST} pixels. Use the compact one.`,
    );
  return { kind, width, height, outputs, channels, dropout, seed };
}

function addCompact(model: Sequential, { channels, outputs, dropout }: Checked, random: Random): void {
  const normalized = (name: string): void => {
    model.add(tf.layers.batchNormalization({ name: `${name}_norm`, ...NORM }));
    model.add(tf.layers.reLU({ name: `${name}_relu` }));
  };
  model.add(
    tf.layers.conv2d({
      ...{ name: 'conv', filters: channels, kernelSize: 3, strides: 2, padding: 'same', useBias: false },
      kernelInitializer: kernelInitializer('heNormal', 9, channels, false, random),
    }),
  );
  normalized('conv');
  let before = channels as number;
  for (const [i, { widening, strides }] of BLOCKS.entries()) {
    const filters = channels * widening;
    const name = `block_${i + 1}`;
    model.add(
      tf.layers.depthwiseConv2d({
        ...{ name: `${name}_depthwise`, kernelSize: 3, strides, padding: 'same', useBias: false },
        depthwiseInitializer: kernelInitializer('heNormal', 9, 9, false, random),
      }),
    );
    model.add(
      tf.layers.conv2d({
        ...{ name: `${name}_pointwise`, filters, kernelSize: 1, useBias: false },
        kernelInitializer: kernelInitializer('heNormal', before, filters, false, random),
      }),
    );
    normalized(name);
    before = filters;
  }
  model.add(
    tf.layers.conv2d({
      ...{ name: 'squeeze', filters: SQUEEZED, kernelSize: 1, activation: 'relu' },
      kernelInitializer: kernelInitializer('heNormal', before, SQUEEZED, false, random),
    }),
  );
  model.add(tf.layers.flatten({ name: 'flatten' }));
  if (dropout > 0) model.add(tf.layers.dropout({ name: 'dropout', rate: dropout }));
  model.add(tf.layers.dense({ name: 'landmarks', units: outputs, kernelInitializer: 'zeros' }));
}

function addClassic(model: Sequential, { outputs, dropout }: Checked, random: Random): void {
  let before = 1;
  for (const [i, { filters, kernelSize }] of CLASSIC.entries()) {
    model.add(
      tf.layers.conv2d({
        ...{ name: `conv_${i + 1}`, filters, kernelSize, activation: 'relu' },
        kernelInitializer: kernelInitializer('heNormal', kernelSize ** 2 * before, filters, false, random),
      }),
    );
    model.add(tf.layers.maxPooling2d({ name: `pool_${i + 1}`, poolSize: 2 }));
    before = filters;
  }
  model.add(tf.layers.flatten({ name: 'flatten' }));
  let inputs = model.outputs[0]?.shape[1] as number;
  for (const [i, units] of CLASSIC_HIDDEN.entries()) {
    if (dropout > 0) model.add(tf.layers.dropout({ name: `dropout_${i + 1}`, rate: dropout }));
    model.add(
      tf.layers.dense({
        ...{ name: `hidden_${i + 1}`, units, activation: 'relu' },
        kernelInitializer: kernelInitializer('heNormal', inputs, units, false, random),
      }),
    );
    inputs = units;
  }
  if (dropout > 0) model.add(tf.layers.dropout({ name: 'dropout_3', rate: dropout }));
  model.add(tf.layers.dense({ name: 'landmarks', units: outputs, kernelInitializer: 'zeros' }));
}
