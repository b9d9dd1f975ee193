/**
 * How weights start: seeded normal deviates N(0, σ) with σ by the layer's fans. The numbers come from facemark's own
 * generator, so one seed gives the same network on every backend; a saved topology names tfjs's built-in RandomNormal.
 */

import { readyForTensors } from '../backend/choose';
import { tf } from '../backend/tf';
import type { Random } from '../random';

/** σ of a layer's weights from the number of its inputs and outputs; 0 for a layer that starts at 0. */
const DEVIATIONS: Readonly<Record<InitializerName, (fanIn: number, fanOut: number, isOutput: boolean) => number>> = {
  tutorial: (fanIn, fanOut) => 1 / Math.sqrt(fanIn + fanOut),
  zeroOutput: (fanIn, fanOut, isOutput) => (isOutput ? 0 : 1 / Math.sqrt(fanIn + fanOut)),
  glorotNormal: (fanIn, fanOut) => Math.sqrt(2 / (fanIn + fanOut)),
  heNormal: (fanIn) => Math.sqrt(2 / fanIn),
  lecunNormal: (fanIn) => Math.sqrt(1 / fanIn),
};

/**
 * Rules for the spread of the initial weights:
 *
 * - `tutorial`: σ = 1 / √(fan_in + fan_out)
 * - `zeroOutput`: the tutorial's, but the output layer starts at 0, and the network with it at the centre of the coordinates: at the mean
 *   face, where every coordinate has its own mean. The tutorial's random output weights put noise on the predictions that training
 *   on few faces never takes away (Zhang et al. 2019 start residual branches at 0 for the same reason)
 * - `glorotNormal`: σ = √(2 / (fan_in + fan_out)), Glorot & Bengio 2010
 * - `heNormal`: σ = √(2 / fan_in), He et al. 2015, for ReLU
 * - `lecunNormal`: σ = √(1 / fan_in), LeCun et al. 1998, for SELU
 */
export const INITIALIZERS = ['tutorial', 'zeroOutput', 'glorotNormal', 'heNormal', 'lecunNormal'] as const;
export type InitializerName = (typeof INITIALIZERS)[number];

/** The initialiser of one dense layer's kernel [fanIn, fanOut], drawing from `random`. */
export function kernelInitializer(
  name: InitializerName,
  fanIn: number,
  fanOut: number,
  isOutput: boolean,
  random: Random,
) {
  const stddev = DEVIATIONS[name](fanIn, fanOut, isOutput);
  if (stddev === 0) return tf.initializers.zeros();
  const initializer = tf.initializers.randomNormal({ mean: 0, stddev });
  initializer.apply = (shape) => {
    readyForTensors();
    const sizes = shape as number[];
    const values = Float32Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, () => stddev * random.normal());
    return tf.tensor(values, sizes, 'float32');
  };
  return initializer;
}
