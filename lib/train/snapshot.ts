/** Weights of a model at some moment, as tensors and as plain data. */

import { readNumbers, tensorOf } from '../backend/numbers';
import { type LayersModel, type Tensor, tf } from '../backend/tf';
import type { LiveArray } from '../bundle/checkpoint';

/**
 * Holds on to the values of all weights, in the order of `model.getWeights()`: whoever changes them assigns new tensors and never
 * writes into old ones. The caller disposes them.
 */
export function snapshot(model: LayersModel): Tensor[] {
  return model.getWeights().map((weight) => tf.clone(weight));
}

/**
 * The values of tensors, for who keeps them longer than the tensors.
 *
 * @param into arrays of the same lengths, to be filled with them; new ones where it is left out
 */
export function valuesOf(tensors: readonly Tensor[], into: readonly Float32Array[] = []): Float32Array[] {
  return tensors.map((tensor, i) => readNumbers(tensor, into[i]));
}

/** The values where they lie, for who reads them while the tensors are there. */
export function liveValuesOf(tensors: readonly Tensor[]): LiveArray[] {
  return tensors.map((tensor) => ({
    length: tensor.size,
    read: (from, into) => void readNumbers(tensor, into, from),
  }));
}

/** Values once more, for who changes one of the two. */
export function copyOf(values: readonly Float32Array[]): Float32Array[] {
  return values.map((array) => array.slice());
}

/** Tensors of the given values, in the shapes of others; the caller disposes them. */
export function tensorsOf(values: readonly Float32Array[], like: readonly { readonly shape: number[] }[]): Tensor[] {
  return values.map((array, i) => tensorOf(array, like[i]?.shape));
}

/** Puts values into a model. */
export function setWeights(model: LayersModel, values: readonly Float32Array[]): void {
  tf.tidy(() => model.setWeights(tensorsOf(values, model.getWeights())));
}
