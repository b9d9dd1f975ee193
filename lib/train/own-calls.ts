/** Layers of tf.layers that compute in a way of ours for the time of a training; they, their weights and what is saved of them stay tf.layers' own. */

import type { LayersModel, Tensor } from '../backend/tf';

export type Layer = LayersModel['layers'][number];

/** What a layer computes. */
export type Call = (inputs: Tensor | Tensor[], kwargs: { readonly training?: boolean }) => Tensor;

/** Whether somebody, this house or a host, has given a layer a way of its own already. */
export function hasOwnCall(layer: Layer): boolean {
  return Object.hasOwn(layer, 'call');
}

/** Runs a training during which layers compute as they are told here, and afterwards as before. */
export async function withCalls<T>(calls: ReadonlyMap<Layer, Call>, training: () => Promise<T>): Promise<T> {
  const layers = [...calls] as unknown as [{ call?: Call }, Call][];
  for (const [layer, call] of layers) layer.call = call;
  try {
    return await training();
  } finally {
    for (const [layer] of layers) delete layer.call; // the class's own is behind it
  }
}

/** The tensor that a layer is given; tfjs makes a list of it. */
export function only(inputs: Tensor | Tensor[]): Tensor {
  return Array.isArray(inputs) ? (inputs[0] as Tensor) : inputs;
}
