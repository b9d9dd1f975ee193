/** A kernel of ours: what runs in the place of one of tfjs's, or under a name of its own. */

import type { TensorInfo } from './heap';

export interface Kernel<Args = never> {
  /** tfjs's name, or a new one. */
  readonly name: string;
  /** The result, or several; undefined where the stock kernel should have it. */
  readonly run: (args: Args) => TensorInfo | readonly TensorInfo[] | undefined;
}
