/**
 * Dropout by a seed (Srivastava et al. 2014, scaled while training). tfjs's Dropout layer asks `Math.random` for its masks, or repeats one mask
 * for ever when it is given a seed; while a model trains here, its masks come from a stream of our own, a new one for each update.
 */

import { type LayersModel, type Tensor, tf } from '../backend/tf';
import { layersIn } from '../model/models-in';
import { Random } from '../random';
import { type Call, type Layer, only, withCalls } from './own-calls';

/** What of tfjs's Dropout layer is used; protected there. */
interface Dropout {
  readonly rate: number;
  /** Shape of a mask, where it is another than that of the inputs; null for a dimension of theirs. */
  readonly noiseShape: readonly (number | null)[] | null | undefined;
}

/** tfjs's layers that do something else at random; their numbers are tfjs's own. */
const OTHERS = ['GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'SpatialDropout1D'];

/** Why training a model is random beyond what full-batch solvers can look after, as the rest of a sentence. */
export function whyRandom(model: LayersModel): string | undefined {
  if (dropoutsOf(model).length > 0) return 'units are dropped at random';
  const other = layersIn(model).find((layer) => OTHERS.includes(layer.getClassName()));
  return other && `the layer ${other.name} is random`;
}

/**
 * Runs a training during which every Dropout layer of the model, and of the models in it, drops by the seed.
 *
 * @param training is given a function to call before each update, with its number
 */
export async function withSeededDropout<T>(
  model: LayersModel,
  seed: number,
  training: (beginUpdate: (update: number) => void) => Promise<T>,
): Promise<T> {
  const dropouts = dropoutsOf(model);
  const streams: Random[] = [];
  const calls = new Map<Layer, Call>();
  for (const [i, layer] of dropouts.entries())
    calls.set(layer as unknown as Layer, (inputs, { training }) => {
      const x = only(inputs);
      return training && layer.rate > 0 ? tf.mul(x, maskFor(x, layer, streams[i] as Random)) : x;
    });
  const beginUpdate = (update: number): void => {
    for (const i of dropouts.keys()) streams[i] = new Random(seed, `dropout ${i}, update ${update}`);
  };
  return withCalls(calls, () => training(beginUpdate));
}

function dropoutsOf(model: LayersModel): Dropout[] {
  return layersIn(model).filter((layer) => layer.getClassName() === 'Dropout') as unknown as Dropout[];
}

/** 0 for what is dropped, and 1 / (1 − rate) for what makes up for it. */
function maskFor(x: Tensor, { rate, noiseShape }: Dropout, random: Random): Tensor {
  const shape = noiseShape?.map((size, axis) => size ?? (x.shape[axis] as number)) ?? x.shape;
  const kept = 1 / (1 - rate);
  const length = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length }, () => (random.chance(rate) ? 0 : kept)),
    shape,
  );
}
