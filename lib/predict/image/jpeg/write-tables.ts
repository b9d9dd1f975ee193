/** The tables of a picture, as `decode.as.ts` finds them in its memory. */

import type { Decoder } from './decode';
import { COMPONENT_BYTES, type Layout, PLACES_AT, type PlaneRoom } from './layout';
import type { Plane } from './planes';
import type { Component } from './tables';

/** The order of the codes, diagonal after diagonal (T.81, figure A.6): where each coefficient is, in bytes of a block of 16-bit numbers. */
const PLACES = new Uint8Array(64)
  .map((_, place) => place)
  .sort((a, b) => turn(a) - turn(b))
  .map((place) => 2 * place);

function turn(place: number): number {
  const [x, y] = [place % 8, place >> 3];
  return 8 * (x + y) + ((x + y) % 2 === 0 ? x : y);
}

/**
 * Writes records and tables.
 *
 * @param skips whether so many blocks are passed over that tables for it are worth making
 * @returns false for codes that cannot be
 */
export function writeTables(
  decoder: Decoder,
  memory: Uint8Array,
  layout: Layout,
  planes: readonly Plane[],
  skips: boolean,
): boolean {
  memory.fill(0, layout.block, layout.lengths);
  memory.fill(0, layout.noSkips, layout.noSkips + decoder.kernels.SKIP_BYTES.value);
  return planes.every(({ component, columns, rows }, i) => {
    const room = layout.planes[i] as PlaneRoom;
    const twin = planes.findIndex(
      (plane) => plane.component.first === component.first && plane.component.others === component.others,
    );
    const codes = layout.planes[twin] as PlaneRoom; // both of chroma have the same, as a rule
    if (twin === i && !writeCodes(decoder, memory, layout, component, room, skips)) return false;
    new Uint16Array(memory.buffer, room.quanta, 64).set(component.quanta);
    memory.set(PLACES, room.quanta + PLACES_AT);
    new Int32Array(memory.buffer, layout.components + i * COMPONENT_BYTES, COMPONENT_BYTES / 4).set([
      ...[component.across, component.down],
      ...[codes.first, codes.others, skips ? codes.skips : layout.noSkips, room.quanta],
      ...[room.samples, room.stride, columns.from, columns.end, rows.from, rows.end],
    ]);
    return true;
  });
}

function writeCodes(
  { kernels }: Decoder,
  memory: Uint8Array,
  { lengths }: Layout,
  component: Component,
  room: PlaneRoom,
  skips: boolean,
): boolean {
  for (const kind of ['first', 'others'] as const) {
    memory.set(component[kind], lengths);
    if (!kernels.tabulate(lengths, room[kind])) return false;
  }
  if (skips) kernels.tabulateSkips(room.others, room.skips);
  return true;
}
