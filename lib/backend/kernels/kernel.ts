/** A kernel of ours: what runs in the place of one of tfjs's. */

import type { TensorInfo } from './heap';

export interface Kernel<Args = never> {
  /** tfjs's name. */
  readonly name: string;
  /** Undefined where the stock kernel should have it. */
  readonly run: (args: Args) => TensorInfo | undefined;
}
