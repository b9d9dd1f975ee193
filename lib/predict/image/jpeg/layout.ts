/** Where things are in the memory of `decode.as.ts`: addresses in bytes. */

import type { Decoder } from './decode';
import type { Plane } from './planes';

export interface Layout {
  /** A record of each component, and a block of coefficients, all 0. */
  readonly components: number;
  readonly block: number;
  readonly planes: readonly PlaneRoom[];
  /** Lengths and symbols of a table of codes, while it is made. */
  readonly lengths: number;
  /** A table that skips nothing. */
  readonly noSkips: number;
  /** The file's bytes behind its header; the end of the room for their bits. */
  readonly codes: number;
  readonly bits: number;
  /** Room for a row of sums, and for two of chroma at the picture's width. */
  readonly sums: number;
  readonly chroma: readonly [number, number];
  /** The part's, at last. */
  readonly pixels: number;
  /** Bytes of all. */
  readonly end: number;
}

/** Of one component. */
export interface PlaneRoom {
  readonly quanta: number;
  readonly first: number;
  readonly others: number;
  readonly skips: number;
  /** Its needed blocks, and how far their rows are apart. */
  readonly samples: number;
  readonly stride: number;
}

export const COMPONENT_BYTES = 64;
const BLOCK_BYTES = 128;
export const PLACES_AT = 128; // behind 64 quanta of 16 bits
const QUANTA_BYTES = PLACES_AT + 64;
const LENGTHS_BYTES = 16 + 256;

/** Bytes that may be read and written behind a row. */
export const BEYOND = 64;

/**
 * Lays a part out.
 *
 * @param codeBytes of the file behind its header
 * @param width of the part
 * @param pixelBytes of the part
 */
export function layOut(
  { kernels }: Decoder,
  codeBytes: number,
  planes: readonly Plane[],
  width: number,
  pixelBytes: number,
): Layout {
  let end = 0;
  const take = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    return at;
  };
  return {
    components: take(planes.length * COMPONENT_BYTES),
    block: take(BLOCK_BYTES),
    lengths: take(LENGTHS_BYTES),
    noSkips: take(kernels.SKIP_BYTES.value),
    planes: planes.map(({ columns, rows }) => {
      const stride = 8 * (columns.end - columns.from);
      return {
        quanta: take(QUANTA_BYTES),
        first: take(kernels.TABLE_BYTES.value),
        others: take(kernels.TABLE_BYTES.value),
        skips: take(kernels.SKIP_BYTES.value),
        samples: take(stride * 8 * (rows.end - rows.from) + BEYOND),
        stride,
      };
    }),
    codes: take(codeBytes + BEYOND),
    bits: take(codeBytes + kernels.BEHIND.value + BEYOND) + codeBytes + kernels.BEHIND.value,
    sums: take(2 * width + BEYOND),
    chroma: [take(width + BEYOND), take(width + BEYOND)],
    pixels: take(pixelBytes + BEYOND),
    end,
  };
}
