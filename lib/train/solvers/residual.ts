/** What every solver in tf ops squares: the error of the outputs. */

import { type Tensor2D, tf } from '../../backend/tf';
import type { Part } from '../../prepare/prepare';

/** ŷ − y, and 0 where a coordinate is not labelled. */
export function residual(outputs: Tensor2D, { y, mask }: Pick<Part, 'y' | 'mask'>): Tensor2D {
  const error: Tensor2D = tf.sub(outputs, y);
  return mask ? tf.mul(error, mask) : error;
}
