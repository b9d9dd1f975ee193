/** The sums of `resize.ts` by vectors of WebAssembly, to the same values in a third of the time. */

import type { GrayImage } from './gray';
import { pixelModule } from './pixels';
import { spanOf, type Weights } from './resize';

const BEYOND = 64; // bytes that may be read and written behind the last
const DOUBLE = 8; // bytes

/** The crop [rows, columns] out of a picture; undefined for one that is too large, and where the engine has no vectors. */
export function sumByVectors(
  { width, pixels }: GrayImage,
  columns: readonly Weights[],
  rows: readonly Weights[],
): Uint8Array | undefined {
  const module = pixelModule();
  if (!module) return undefined;
  const { first, end } = spanOf(rows);
  const height = end - first;
  let used = 0;
  const take = (bytes: number): number => {
    const at = used;
    used += Math.ceil(bytes / 16) * 16 + BEYOND;
    return at;
  };
  const [axisX, axisY] = [take(axisBytes(columns)), take(axisBytes(rows))];
  const part = take((height + 3) * width);
  const wide = take(4 * width * DOUBLE);
  const sums = take((height + 3) * columns.length * DOUBLE);
  const to = take(rows.length * columns.length);
  const memory = module.room(used);
  if (!memory) return undefined;
  writeAxis(memory.buffer, axisX, columns, 0);
  writeAxis(memory.buffer, axisY, rows, first);
  memory.set(pixels.subarray(first * width, end * width), part);
  module.kernels.sumColumns(part, width, height, axisX, columns.length, wide, sums);
  module.kernels.sumRows(sums, columns.length, axisY, rows.length, to);
  return memory.slice(to, to + rows.length * columns.length);
}

function axisBytes(axis: readonly Weights[]): number {
  return axis.reduce((count, { values }) => count + 1 + values.length, 0) * DOUBLE;
}

/** As `Axis` of pixels.as.ts reads it; the picture's pixels are counted from `first` on. */
function writeAxis(memory: ArrayBufferLike, at: number, axis: readonly Weights[], first: number): void {
  const places = new Int32Array(memory, at, 2 * axis.length);
  const weights = new Float64Array(memory, at + DOUBLE * axis.length);
  let next = 0;
  for (const [i, { start, values }] of axis.entries()) {
    places[2 * i] = start - first;
    places[2 * i + 1] = values.length;
    for (let j = 0; j < values.length; j++) weights[next++] = values[j] as number;
  }
}
