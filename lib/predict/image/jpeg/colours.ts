/** Planes → pixels, row by row: chroma at the picture's width, then its colours. */

import type { Decoder } from './decode';
import type { Layout, PlaneRoom } from './layout';
import { type Part, type Plane, SHARE } from './planes';
import type { Chroma } from './tables';

const [IS_FIRST, IS_LAST] = [1, 2]; // edges, as `spreadRow` takes them

/**
 * Fills the layout's pixels.
 *
 * @param channels 1 for gray values, whatever the picture has
 */
export function colour(
  { kernels }: Decoder,
  layout: Layout,
  chroma: Chroma,
  planes: readonly Plane[],
  { width, height, left, top }: Part,
  channels: 1 | 3,
): void {
  const shown = planes.map((plane, i): Shown => ({ plane, room: layout.planes[i] as PlaneRoom }));
  const [luma, blue, red] = shown as [Shown, Shown?, Shown?];
  if (!blue || !red) {
    kernels.copyRows(sampleAt(luma, left, top), luma.room.stride, width, height, layout.pixels);
    return;
  }
  const convert = channels === 3 ? kernels.convert : kernels.convertToGray;
  const share = SHARE[chroma];
  const from = Math.floor(left / share.x);
  const end = Math.ceil((left + width) / share.x);
  const edges = (from === 0 ? IS_FIRST : 0) | (end === blue.plane.size.width ? IS_LAST : 0);
  /** Where so much of the row is that the part needs. */
  const rowOf = (one: Shown, y: number, room: number): number => {
    if (share.x === 1) return sampleAt(one, left, y);
    const near = Math.floor(y / share.y);
    const far = Math.min(Math.max(near + (y % 2 === 0 ? -1 : 1), 0), one.plane.size.height - 1);
    const other = share.y === 1 ? 0 : sampleAt(one, from, far);
    kernels.spreadRow(sampleAt(one, from, near), other, end - from, edges, layout.sums, room);
    return room + left - share.x * from;
  };
  for (let y = top, to = layout.pixels; y < top + height; y++, to += channels * width) {
    const [b, r] = [rowOf(blue, y, layout.chroma[0]), rowOf(red, y, layout.chroma[1])];
    convert(sampleAt(luma, left, y), b, r, width, to);
  }
}

interface Shown {
  readonly plane: Plane;
  readonly room: PlaneRoom;
}

/** Where a sample is, by its place in the picture's plane. */
function sampleAt({ plane: { columns, rows }, room }: Shown, x: number, y: number): number {
  return room.samples + (y - 8 * rows.from) * room.stride + x - 8 * columns.from;
}
