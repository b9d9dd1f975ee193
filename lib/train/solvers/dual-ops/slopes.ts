/** Activations and their derivatives, the derivative written in terms of the activation's own output h = f(z). */

import { type Tensor2D, tf } from '../../../backend/tf';

interface Slope {
  readonly apply: (z: Tensor2D) => Tensor2D;
  /** f′(z) out of h; undefined where it is 1 everywhere. */
  readonly slope?: (h: Tensor2D) => Tensor2D;
}

const SELU_SCALE = 1.0507009873554805; // Klambauer et al. 2017, as in tfjs
const SELU_ALPHA = 1.6732632423543772;

const positive = (h: Tensor2D, there: number, elsewhere: Tensor2D): Tensor2D =>
  tf.where(tf.greater(h, 0), tf.fill(h.shape, there), elsewhere);

/** By the name that tfjs's layers use. */
export const slopes: Readonly<Record<string, Slope>> = {
  linear: { apply: (z) => z },
  tanh: { apply: (z) => tf.tanh(z), slope: (h) => tf.sub(1, tf.square(h)) },
  sigmoid: { apply: (z) => tf.sigmoid(z), slope: (h) => tf.mul(h, tf.sub(1, h)) },
  relu: { apply: (z) => tf.relu(z), slope: (h) => tf.cast(tf.greater(h, 0), 'float32') },
  elu: { apply: (z) => tf.elu(z), slope: (h) => positive(h, 1, tf.add(h, 1)) },
  selu: { apply: (z) => tf.selu(z), slope: (h) => positive(h, SELU_SCALE, tf.add(h, SELU_SCALE * SELU_ALPHA)) },
  softplus: { apply: (z) => tf.softplus(z), slope: (h) => tf.sub(1, tf.exp(tf.neg(h))) },
  softsign: {
    apply: (z) => tf.div(z, tf.add(1, tf.abs(z))),
    slope: (h) => tf.square(tf.sub(1, tf.abs(h))),
  },
};

/** The slope of an activation that is known to be in the table. */
export function slopeOf(activation: string): Slope {
  return slopes[activation] as Slope;
}
