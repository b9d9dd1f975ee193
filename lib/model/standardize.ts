/**
 * Every picture to mean 0 and spread 1, x ← (x − mean(x)) / √(var(x) + ε): the network then sees shapes, whatever the light. A frozen
 * layer normalisation, so a saved network needs nothing but tfjs's built-in layers; scaling each face by its own numbers leaves nothing
 * to fit, and nothing that training rows could tell about others.
 */

import { tf } from '../backend/tf';

const EPSILON = 1e-5; // of a variance that is about 0.05 where pixels lie between 0 and 1; a picture of one gray becomes 0

/** The layer, for rows of pixels [n, inputs], as the first of a network. Its gamma, 1, and beta, 0, are frozen. */
export function standardizeLayer(inputs: number) {
  return tf.layers.layerNormalization({
    name: 'standardize',
    epsilon: EPSILON,
    trainable: false, // with centre and scale switched off its gradient throws
    inputShape: [inputs],
  });
}
