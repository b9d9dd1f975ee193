/**
 * Noise over the plane: random looking, yet a function of the place, so that skin and hair look the same at every size.
 *
 * Integer hashes (MurmurHash3's finaliser) give the same bits everywhere.
 */

const { floor, imul } = Math;

/** 1 / 2³¹: turns a hash into a number in [−1, 1). */
const UNIT = 1 / 2147483648;

/** 32 bits for a place of the integer lattice, as a signed whole number (V8 keeps those without allocating). */
export function hash(x: number, y: number, seed: number): number {
  let h = imul(x, 0x27d4eb2d) ^ imul(y, 0x165667b1) ^ seed;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Smooth noise in [−1, 1] with features about one unit wide. */
export function noise(x: number, y: number, seed: number): number {
  const x0 = floor(x);
  const y0 = floor(y);
  let u = x - x0;
  let v = y - y0;
  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  const a = hash(x0, y0, seed);
  const b = hash(x0 + 1, y0, seed);
  const c = hash(x0, y0 + 1, seed);
  const d = hash(x0 + 1, y0 + 1, seed);
  const top = a + (b - a) * u;
  return UNIT * (top + (c + (d - c) * u - top) * v);
}

/** Four bytes of one hash, summed to a bell in about [−1, 1] with standard deviation 0.29. */
export function grain(x: number, y: number, seed: number): number {
  const h = hash(x, y, seed);
  return ((h & 255) + ((h >>> 8) & 255) + ((h >>> 16) & 255) + (h >>> 24)) / 510 - 1;
}
