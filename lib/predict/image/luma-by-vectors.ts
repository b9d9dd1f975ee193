/** `luma.ts` for three channels by vectors of WebAssembly, to the same values in a third of the time. */

import { pixelModule } from './pixels';

const AT_ONCE = 2 ** 14; // pixels: theirs are 64 KiB, which stay in the second cache
const BEYOND = 64; // bytes that may be read and written behind the last

/** The gray values of rgb [pixels, 3], in new memory; undefined where the engine has no vectors. */
export function lumaByVectors(rgb: Uint8Array): Uint8Array | undefined {
  const module = pixelModule();
  const to = 3 * AT_ONCE + BEYOND;
  const memory = module?.room(to + AT_ONCE + BEYOND);
  if (!module || !memory) return undefined;
  const gray = new Uint8Array(rgb.length / 3);
  for (let from = 0; from < gray.length; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, gray.length - from);
    memory.set(rgb.subarray(3 * from, 3 * (from + count)));
    module.kernels.luma(0, to, count);
    gray.set(memory.subarray(to, to + count), from);
  }
  return gray;
}
