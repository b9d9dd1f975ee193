/** A kernel of ours: what runs in the place of one of tfjs's, or under a name of its own. */

import { tf } from '../tf';
import type { TensorInfo } from './heap';

export interface Kernel<Args = never> {
  /** tfjs's name, or a new one. */
  readonly name: string;
  /** The result, or several; undefined where the stock kernel should have it. */
  readonly run: (args: Args) => TensorInfo | readonly TensorInfo[] | undefined;
}

/** Whether tfjs's engine that is in use has a kernel of a name: not every one has ours, nor each of tfjs's own. */
export function hasKernel(name: string): boolean {
  return Boolean(tf.getKernel(name, tf.engine().backendName));
}
