/** The camera: blur, sharpening, exposure, contrast, noise, and 8 bits. */

import type { Random } from '../../random';
import { grain, noise } from './noise';
import { clamp, hump } from './soft';

const { floor, max, round, sqrt } = Math;

/** Standard deviation of `grain`. */
const GRAIN = 0.29;
/** Radius of the rims that sharpening draws, in pixels of a 96-pixel picture. */
const RIM = 4;
/** Blotches of compression along a side of a picture. */
const BLOTCHES = 27;

export interface Camera {
  /** Radius of the blur in pixels of a 96-pixel picture, sideways and upright. */
  readonly blurX: number;
  readonly blurY: number;
  /** How much of what the blur took is put back as bright and dark rims; 0 for most. */
  readonly sharpen: number;
  /** Brightness that the middle of the picture is exposed to, as gray 0 to 1; what is dark is lifted by `lift`. */
  readonly exposure: number;
  readonly contrast: number;
  readonly lift: number;
  /** How early bright places lose their shades: 0 they clip, 2.5 they fade. */
  readonly shoulder: number;
  /** Standard deviation of the noise between pixels, height of the blotches that compression leaves, in gray values, and their seed. */
  readonly noise: number;
  readonly blotches: number;
  readonly seed: number;
}

/** A random camera: mostly fair, sometimes blurred, dark or noisy. */
export function drawCamera(random: Random): Camera {
  const blurred = random.chance(0.35);
  const blur = blurred ? random.uniform(1.8, 4.6) : random.uniform(0.9, 1.8);
  const shaken = random.chance(0.1);
  const dim = random.chance(0.2);
  return {
    ...{ blurX: shaken ? blur * random.uniform(1, 2) : blur, blurY: blur },
    sharpen: random.chance(0.3) ? random.uniform(0.3, 1.6) : 0,
    exposure: dim ? random.uniform(0.17, 0.33) : random.uniform(0.36, 0.72),
    contrast: random.uniform(0.7, 1.4),
    lift: random.uniform(0, 0.1),
    shoulder: random.uniform(0.4, 2.6),
    noise: random.chance(0.12) ? random.uniform(2.5, 5) : random.uniform(0.4, 1.8),
    blotches: random.chance(0.5) ? random.uniform(1, 9) : 0,
    seed: random.below(0x7fffffff),
  };
}

/** Takes a picture of [size, size] brightness into gray values at `out`. */
export function expose(light: Float32Array, size: number, camera: Camera, out: Uint8Array): void {
  const blurred = blur(blur(light, size, camera.blurX, 1, size), size, camera.blurY, size, 1);
  if (camera.sharpen > 0) sharpen(blurred, size, camera.sharpen);
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
  const { contrast, lift, shoulder, blotches, seed } = camera;
  const deviation = camera.noise / GRAIN;
  const perBlotch = BLOTCHES / size;
  const gain = aim / max(0.02, mean);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const i = y * size + x;
      let value = aim + contrast * ((blurred[i] as number) * gain - aim);
      // A soft shoulder or an almost hard white.
      if (value > 0.75) value = 0.75 + (value - 0.75) / (1 + shoulder * (value - 0.75));
      value = 255 * (lift + (1 - lift) * value);
      if (blotches > 0) value += blotches * noise(perBlotch * (x + 0.5), perBlotch * (y + 0.5), seed);
      out[i] = clamp(round(value + deviation * grain(x, y, seed)), 0, 255);
    }
}

/** Adds to every pixel its difference from what lies around it. */
function sharpen(picture: Float32Array, size: number, amount: number): void {
  const around = blur(blur(picture, size, RIM, 1, size), size, RIM, size, 1);
  for (let i = 0; i < picture.length; i++) {
    const value = picture[i] as number;
    picture[i] = max(0, value + amount * (value - (around[i] as number)));
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
