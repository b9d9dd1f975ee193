/**
 * How much of a batch goes through a network at once. What all its layers put out waits for the way back, so that a batch takes more memory
 * than all weights of a network of convolutions; a gradient is a sum over rows, and may as well be summed piece by piece.
 */

import { type LayersModel, type Tensor2D, tf } from '../../../backend/tf';
import { layersIn } from '../../../model/models-in';
import { numbersOf } from '../../../model/rows-at-once';
import type { Batch } from './rows';

const NUMBERS_TRAINED = 2 ** 23; // that layers put out at once where gradients are wanted: 32 MiB, and as much again on the way back
const NUMBERS_ON_TENSORFLOW = NUMBERS_TRAINED / 3; // whose ops have sums before they have their ReLU, and whose allocator needs room besides

/** tf.layers' layers that treat each row by itself. Batch normalisation does not, and of a host's own layers nobody knows. */
const ROW_BY_ROW = new Set([
  ...['InputLayer', 'Flatten', 'Reshape', 'Permute', 'Add', 'Multiply'],
  ...['Dropout', 'GaussianNoise', 'LayerNormalization', 'Activation', 'Softmax'],
  ...['ReLU', 'LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU'],
  ...['Dense', 'Conv1D', 'Conv2D', 'Conv2DTranspose', 'DepthwiseConv2D', 'SeparableConv2D'],
  ...['ZeroPadding2D', 'Cropping2D', 'UpSampling2D'],
  ...['MaxPooling1D', 'MaxPooling2D', 'AveragePooling1D', 'AveragePooling2D'],
  ...['GlobalMaxPooling1D', 'GlobalMaxPooling2D', 'GlobalAveragePooling1D', 'GlobalAveragePooling2D'],
]);

/** Rows that a network is trained with at once; Infinity where one row may change what becomes of another. */
export function rowsTrained(model: LayersModel): number {
  const layers = layersIn(model);
  if (!layers.every((layer) => ROW_BY_ROW.has(layer.getClassName()))) return Infinity;
  const own = layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  const most = tf.getBackend() === 'tensorflow' ? NUMBERS_ON_TENSORFLOW : NUMBERS_TRAINED;
  return Math.max(1, Math.floor(most / numbersOf(own)));
}

/** Where pieces of about the same size begin and end: as few as can be of at most so many rows. */
export function cut(rows: number, most: number): { readonly from: number; readonly to: number }[] {
  const count = Math.max(1, Math.ceil(rows / most));
  const edge = (i: number): number => Math.floor((i * rows) / count);
  return Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1) }));
}

/** Some rows of a batch; the batch itself, where they are all. Made in a `tidy`. */
export function pieceOf(batch: Batch, { from, to }: { readonly from: number; readonly to: number }): Batch {
  const { x, y, mask } = batch;
  if (to - from === x.shape[0]) return batch;
  const slice = (all: Tensor2D): Tensor2D => tf.slice(all, [from, 0], [to - from, -1]);
  return { x: slice(x), y: slice(y), mask: mask && slice(mask) };
}
