/**
 * Which samples of each component a part of a picture is made of, and which blocks these are in. Chroma is spread by a filter that looks at the
 * nearest sample on each side, so one more is needed there.
 */

import type { Baseline, Chroma, Component } from './tables';

export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** From `from` to before `end`. */
export interface Range {
  readonly from: number;
  readonly end: number;
}

/** Of one component: the blocks that the part's samples are in, and its own size in samples. */
export interface Plane {
  readonly component: Component;
  readonly columns: Range;
  readonly rows: Range;
  readonly size: { readonly width: number; readonly height: number };
}

/** How many pixels of the picture a sample of chroma stands for, in a row and in a column. */
export const SHARE: Readonly<Record<Chroma, { readonly x: number; readonly y: number }>> = {
  '4:4:4': { x: 1, y: 1 },
  '4:2:2': { x: 2, y: 1 },
  '4:2:0': { x: 2, y: 2 },
};

/** The planes of a part, luma first. */
export function planesOf(
  { chroma, components }: Baseline,
  picture: { readonly width: number; readonly height: number },
  part: Part,
): Plane[] {
  return components.map((component, i) => {
    const share = i === 0 ? { x: 1, y: 1 } : SHARE[chroma];
    const size = { width: Math.ceil(picture.width / share.x), height: Math.ceil(picture.height / share.y) };
    const columns = blocksOf(samples(part.left, part.width, share.x, size.width));
    const rows = blocksOf(samples(part.top, part.height, share.y, size.height));
    return { component, columns, rows, size };
  });
}

/** Of one axis. */
function samples(from: number, count: number, share: number, size: number): Range {
  if (share === 1) return { from, end: from + count };
  const last = Math.floor((from + count - 1) / share);
  return { from: Math.max(0, Math.floor(from / share) - 1), end: Math.min(size, last + 2) };
}

function blocksOf({ from, end }: Range): Range {
  return { from: Math.floor(from / 8), end: Math.ceil(end / 8) };
}
