/**
 * How weights start: seeded normal deviates N(0, σ) with σ by the layer's fans. The numbers come from facemark's own
 * generator, so one seed gives the same network on every backend; a saved topology names tfjs's built-in RandomNormal.
 */

import { readyForTensors } from '../backend/choose';
import { tf } from '../backend/tf';
import type { Random } from '../random';

/** σ of a layer's weights from the number of its inputs and outputs. */
const DEVIATIONS = {
  /** The tutorial's: 1 / √(fan_in + fan_out). */
  tutorial: (fanIn: number, fanOut: number) => 1 / Math.sqrt(fanIn + fanOut),
  /** Glorot & Bengio 2010: √(2 / (fan_in + fan_out)). */
  glorotNormal: (fanIn: number, fanOut: number) => Math.sqrt(2 / (fanIn + fanOut)),
  /** He et al. 2015, for ReLU: √(2 / fan_in). */
  heNormal: (fanIn: number) => Math.sqrt(2 / fanIn),
  /** LeCun et al. 1998, for SELU: √(1 / fan_in). */
  lecunNormal: (fanIn: number) => Math.sqrt(1 / fanIn),
};

export type InitializerName = keyof typeof DEVIATIONS;
export const INITIALIZERS = Object.keys(DEVIATIONS) as InitializerName[];

/** The initialiser of one dense layer's kernel [fanIn, fanOut], drawing from `random`. */
export function normalInitializer(name: InitializerName, fanIn: number, fanOut: number, random: Random) {
  const stddev = DEVIATIONS[name](fanIn, fanOut);
  const initializer = tf.initializers.randomNormal({ mean: 0, stddev });
  initializer.apply = (shape) => {
    readyForTensors();
    const sizes = shape as number[];
    const values = Float32Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, () => stddev * random.normal());
    return tf.tensor(values, sizes, 'float32');
  };
  return initializer;
}
