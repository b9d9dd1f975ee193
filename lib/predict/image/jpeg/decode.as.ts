/**
 * Baseline JPEG (ITU-T T.81): rows of MCUs out of their codes, and of what is in them the blocks that somebody needs transformed. What JavaScript
 * calls; `part.ts` lays the memory out. AssemblyScript.
 */

import { Difference, readDifference, readOthers, skipOthers } from './blocks.as';
import { Component } from './component.as';
import { bitsLeft, openStream, streamEnd } from './stream.as';
import { flatten, transform } from './transform.as';

export { TABLE_BYTES, tabulate } from './codes.as';
export { convert, convertToGray, copyRows, spreadRow } from './colours.as';
export { SKIP_BYTES, tabulateSkips } from './skips.as';
export { BEHIND, streamEnd } from './stream.as';

/** The scan: its components, room for its bits, MCUs from one restart to the next (0 for none), of which so many are left, and restarts so far. */
let components: usize = 0;
let end: usize = 0;
let room: usize = 0;
let interval = 0;
let left = 0;
let restarts = 0;

/**
 * Begins a scan.
 *
 * @param first of the components
 * @param count of components
 * @param from the first byte behind the scan's header
 * @param to the end of the room for bits (`openStream`)
 */
export function openScan(first: usize, count: i32, from: usize, to: usize, restartInterval: i32): void {
  components = first;
  end = first + <usize>count * Component.SIZE;
  room = to;
  interval = restartInterval;
  restarts = 0;
  startInterval(from);
}

function startInterval(from: usize): void {
  openStream(from, room);
  left = interval;
  for (let component = components; component < end; component += Component.SIZE) Component.reset(component);
}

/** Goes on behind the restart marker, if it is the one that must be here. */
function restart(): bool {
  const marker = streamEnd();
  if (!isUsedUp() || load<u8>(marker, 1) !== 0xd0 + (restarts++ & 7)) return false;
  startInterval(marker + 2);
  return true;
}

/** Whether all bits of the interval have been read, but for those that fill its last byte. */
export function isUsedUp(): bool {
  const bits = bitsLeft();
  return bits >= 0 && bits < 8;
}

/**
 * A row of MCUs.
 *
 * @param row its place from above
 * @param columns MCUs in it
 * @param block room for 64 int16, all 0
 * @returns false for codes that are damaged, or end too early
 */
export function readRow(row: i32, columns: i32, block: usize): bool {
  for (let column = 0; column < columns; column++) {
    if (interval > 0 && left-- === 0) {
      if (!restart()) return false;
      left--;
    }
    for (let component = components; component < end; component += Component.SIZE)
      if (!readBlocks(component, row, column, block)) return false;
    if (bitsLeft() < 0) return false;
  }
  return true;
}

/** One component's blocks of an MCU. */
function readBlocks(component: usize, row: i32, column: i32, block: usize): bool {
  const across = Component.across(component);
  const down = Component.down(component);
  for (let y = row * down; y < (row + 1) * down; y++)
    for (let x = column * across; x < (column + 1) * across; x++) {
      if (!readDifference(Component.first(component))) return false;
      const first = Component.predict(component, Difference.last);
      const isNeeded =
        x >= Component.left(component) &&
        x < Component.right(component) &&
        y >= Component.top(component) &&
        y < Component.bottom(component);
      if (isNeeded) {
        if (!showBlock(component, y, x, first, block)) return false;
      } else if (!skipOthers(Component.others(component), Component.skips(component))) return false;
    }
  return true;
}

/** Reads the rest of a block and transforms it into its plane. */
function showBlock(component: usize, y: i32, x: i32, first: i32, block: usize): bool {
  const quanta = Component.quanta(component);
  const last = readOthers(Component.others(component), quanta, block);
  if (last < 0) return false;
  const start = <i16>(first * <i32>load<u16>(quanta));
  const stride = Component.stride(component);
  const down = (<usize>(y - Component.top(component))) << 3;
  const to = Component.plane(component) + down * stride + ((<usize>(x - Component.left(component))) << 3);
  if (last > 0) {
    store<i16>(block, start);
    transform(block, to, stride);
  } else flatten(start, to, stride);
  return true;
}
