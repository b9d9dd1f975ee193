/** How many rows may go through a network at once, by what its layers put out: a convolution makes a hundred numbers of each pixel. */

import type { LayersModel } from '../backend/tf';
import { layersIn } from './models-in';

const NUMBERS_PREDICTED = 2 ** 23; // that layers put out at once: 32 MiB

/** Rows that are predicted at once: `most`, or fewer where what layers put out for them would take too much memory. */
export function rowsPredicted(model: LayersModel, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(NUMBERS_PREDICTED / numbersOf(layersIn(model)))));
}

/** What layers put out for one row. */
export function numbersOf(layers: LayersModel['layers']): number {
  const outputs = layers.flatMap(({ inboundNodes }) => inboundNodes.flatMap((node) => node.outputTensors));
  return outputs.reduce((sum, { shape }) => sum + shape.slice(1).reduce<number>((size, of) => size * (of ?? 1), 1), 0);
}
