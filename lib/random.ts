/**
 * Seeded randomness: the same seed gives the same numbers on every platform, Node version and backend.
 *
 * The generator is pure-rand's xoroshiro128+. Only +, −, ×, ÷ and √ touch the numbers that come out, because those are exact
 * in IEEE 754, while `Math.sin`, `Math.pow` and their like differ between versions of V8.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { checkNumber } from './options';

/** Largest seed: pure-rand takes 32 bits. */
const MAX_SEED = 0xffffffff;

/**
 * A stream of random numbers, named by a seed and a purpose: two purposes with one seed are independent streams, so that
 * drawing one number more for the split does not change the weights.
 */
export class Random {
  private readonly generator: ReturnType<typeof xoroshiro128plus>;

  /**
   * @param seed whole number from 0 to 2³² − 1
   * @param purpose what the numbers are for, such as `'split'`
   * @throws FacemarkError `bad-option` for any other seed
   */
  constructor(seed: number, purpose: string) {
    checkSeed(seed);
    this.generator = xoroshiro128plus(mix(seed, purpose));
  }

  /** A number in [from, to). */
  uniform(from = 0, to = 1): number {
    return from + (to - from) * uniformFloat64(this.generator);
  }

  /** A whole number from 0 to n − 1. */
  below(n: number): number {
    return uniformInt(this.generator, 0, n - 1);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /**
   * A standard normal deviate N(0, 1), by Leva's ratio of uniforms (ACM TOMS 18(4), 1992, algorithm 712): the logarithm only
   * decides about acceptance, in 1 % of the draws, and never enters the value.
   */
  normal(): number {
    for (;;) {
      const u = 1 - this.uniform();
      const v = 1.7156 * (this.uniform() - 0.5);
      const x = u - 0.449871;
      const y = Math.abs(v) + 0.386595;
      const q = x * x + y * (0.196 * y - 0.25472 * x);
      if (q < 0.27597 || (q <= 0.27846 && v * v <= -4 * u * u * Math.log(u))) return v / u;
    }
  }

  /** Shuffles an array in place (Fisher–Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }
}

/**
 * Checks a seed before any work is done with it.
 *
 * @throws FacemarkError `bad-option` unless it is a whole number from 0 to 2³² − 1
 */
export function checkSeed(seed: number): void {
  checkNumber('seed', seed, { integer: true, atLeast: 0, atMost: MAX_SEED });
}

/** 32 bits out of a seed and a text: FNV-1a over the text, then MurmurHash3's finaliser. */
function mix(seed: number, purpose: string): number {
  let hash = (seed ^ 0x811c9dc5) | 0;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
