/** The camera: blur, exposure, contrast, noise, and 8 bits. */

import type { Random } from '../../random';
import { grain } from './noise';
import { clamp, hump } from './soft';

const { floor, max, round, sqrt } = Math;

/** Standard deviation of `grain`. */
const GRAIN = 0.29;

export interface Camera {
  /** Radius of the blur in pixels of a 96-pixel picture, sideways and upright. */
  readonly blurX: number;
  readonly blurY: number;
  /** Brightness that the middle of the picture is exposed to, as gray 0 to 1; what is dark is lifted by `lift`. */
  readonly exposure: number;
  readonly contrast: number;
  readonly lift: number;
  /** Standard deviation of the noise, in gray values, and its seed. */
  readonly noise: number;
  readonly seed: number;
}

/** A random camera: mostly fair, sometimes blurred, dark or noisy. */
export function drawCamera(random: Random): Camera {
  const blurred = random.chance(0.22);
  const blur = blurred ? random.uniform(1.8, 4.2) : random.uniform(0.9, 1.8);
  const shaken = random.chance(0.1);
  const dim = random.chance(0.18);
  return {
    ...{ blurX: shaken ? blur * random.uniform(1, 2) : blur, blurY: blur },
    exposure: dim ? random.uniform(0.2, 0.33) : random.uniform(0.4, 0.7),
    contrast: random.uniform(0.85, 1.3),
    lift: random.uniform(0, 0.07),
    noise: random.chance(0.12) ? random.uniform(2.5, 5) : random.uniform(0.4, 1.8),
    seed: random.below(0x7fffffff),
  };
}

/** Takes a picture of [size, size] brightness into gray values at `out`. */
export function expose(light: Float32Array, size: number, camera: Camera, out: Uint8Array): void {
  const blurred = blur(blur(light, size, camera.blurX, 1, size), size, camera.blurY, size, 1);
  // Metered on the face: the middle of the picture.
  let sum = 0;
  let n = 0;
  for (let y = floor(size / 4); y < size - size / 5; y++)
    for (let x = floor(size / 4); x < size - size / 4; x++) {
      sum += blurred[y * size + x] as number;
      n++;
    }
  const mean = sum / n;
  // Dark skin stays darker than fair skin: the meter makes up for a part of the difference only.
  const aim = camera.exposure * sqrt(sqrt(clamp(mean, 0.05, 1) / 0.5));
  const { contrast, lift, seed } = camera;
  const deviation = camera.noise / GRAIN;
  const gain = aim / max(0.02, mean);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const i = y * size + x;
      let value = aim + contrast * ((blurred[i] as number) * gain - aim);
      // A soft shoulder instead of a hard white.
      if (value > 0.75) value = 0.75 + (value - 0.75) / (1 + 2.2 * (value - 0.75));
      value = lift + (1 - lift) * value;
      out[i] = clamp(round(255 * value + deviation * grain(x, y, seed)), 0, 255);
    }
}

/** Blurs along rows (step 1, lines `size` apart) or columns with a bump of the given radius. */
function blur(from: Float32Array, size: number, radius: number, step: number, line: number): Float32Array {
  const reach = (radius * size) / 96;
  const k = floor(reach);
  const to = new Float32Array(size * size);
  const weights = Array.from({ length: 2 * k + 1 }, (_, j) => hump(((j - k) * (j - k)) / (reach * reach)));
  const total = weights.reduce((a, b) => a + b, 0);
  for (let j = 0; j < weights.length; j++) weights[j] = (weights[j] as number) / total;
  for (let l = 0; l < size; l++)
    for (let p = 0; p < size; p++) {
      let sum = 0;
      for (let j = -k; j <= k; j++) {
        const q = p + j < 0 ? 0 : p + j >= size ? size - 1 : p + j;
        sum += (weights[j + k] as number) * (from[l * line + q * step] as number);
      }
      to[l * line + p * step] = sum;
    }
  return to;
}
