/**
 * Dropout whose masks follow from a seed (Srivastava et al. 2014, scaled while training). tfjs's own repeats one mask for ever when it is
 * given a seed, and asks `Math.random` when it is not. Saved as tfjs's built-in Dropout, so that plain tfjs loads it; there is nothing to
 * learn in it.
 */

import { type LayersModel, type Tensor, tf } from '../backend/tf';
import { Random } from '../random';

export class SeededDropout extends tf.layers.Layer {
  static readonly className = 'Dropout';
  readonly rate: number;
  private random = new Random(1, 'dropout');

  /** @param config.rate share of the units that are dropped */
  constructor({ rate, ...config }: { readonly rate: number; readonly name?: string }) {
    super(config);
    this.rate = rate;
    this.supportsMasking = true;
  }

  /** Where the next masks come from. */
  reseed(random: Random): void {
    this.random = random;
  }

  override call(inputs: Tensor | Tensor[], { training }: { training?: boolean }): Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor;
    if (!training || this.rate === 0) return x;
    const kept = 1 / (1 - this.rate);
    const mask = Float32Array.from({ length: x.size }, () => (this.random.chance(this.rate) ? 0 : kept));
    return tf.mul(x, tf.tensor(mask, x.shape));
  }

  override computeOutputShape(shape: (number | null)[]): (number | null)[] {
    return shape;
  }

  override getClassName(): string {
    return SeededDropout.className;
  }

  override getConfig() {
    return { ...super.getConfig(), rate: this.rate, noiseShape: null, seed: null };
  }
}

/** The layers of a model that drop units by a seed. */
export function seededDropouts(model: LayersModel): SeededDropout[] {
  return model.layers.filter((layer) => layer instanceof SeededDropout);
}
