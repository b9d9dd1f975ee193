/**
 * The tables of a baseline JPEG whose one scan has all components (ITU-T T.81, B.2), checked, as decode.as.ts takes them. What else may stand in a
 * JPEG is left to sharp: undefined.
 */

import { type Header, MARKERS, type Segment } from './header';

/** How large chroma is beside the picture: the whole, half of its width, half of both. */
export type Chroma = '4:4:4' | '4:2:2' | '4:2:0';

export interface Component {
  /** Blocks of an MCU, side by side and one above the other. */
  readonly across: number;
  readonly down: number;
  /** 64 quanta in the order of the codes. */
  readonly quanta: Uint8Array;
  /** Codes of a block's first coefficient and of the others: how many are of 1 to 16 bits; then their symbols. */
  readonly first: Uint8Array;
  readonly others: Uint8Array;
}

export interface Baseline {
  readonly chroma: Chroma;
  readonly components: readonly Component[];
  /** MCUs from one restart marker to the next, or 0. */
  readonly interval: number;
}

interface Tables {
  readonly quanta: (Uint8Array | undefined)[];
  readonly codes: (Uint8Array | undefined)[]; // by T.81's byte of class and place
  interval: number;
  frame?: Buffer;
}

/** The tables, or undefined for a JPEG that is not baseline, YCbCr or gray, or damaged before its pixels. */
export function baselineOf({ segments }: Header): Baseline | undefined {
  const tables: Tables = { quanta: [], codes: [], interval: 0 };
  const scan = segments.at(-1) as Segment;
  for (const { marker, data } of segments.slice(0, -1)) if (!READ[marker]?.(data, tables)) return undefined;
  const { frame, interval } = tables;
  const components = frame && componentsOf(frame, scan.data, tables);
  const chroma = components && chromaOf(components);
  return chroma && { chroma, components, interval };
}

/** Fills the tables; false for what is too short, too long or unknown. */
const READ: Readonly<Record<number, (data: Buffer, tables: Tables) => boolean>> = {
  [MARKERS.BASELINE]: readFrame,
  [MARKERS.EXTENDED]: readFrame,
  [MARKERS.QUANTA]: readQuanta,
  [MARKERS.CODES]: readCodes,
  [MARKERS.RESTARTS](data, tables) {
    if (data.length !== 2) return false;
    tables.interval = data.readUInt16BE(0);
    return true;
  },
};

function readFrame(data: Buffer, tables: Tables): boolean {
  if (tables.frame || data.length !== 6 + 3 * (data[5] as number)) return false;
  tables.frame = data.subarray(6);
  return true;
}

function readQuanta(data: Buffer, { quanta }: Tables): boolean {
  for (let at = 0; at < data.length; at += 65) {
    const place = data[at] as number; // the upper four bits say that they have two bytes each
    if (place > 3 || at + 65 > data.length) return false;
    quanta[place] = data.subarray(at + 1, at + 65);
  }
  return true;
}

const LENGTHS = 16;

function readCodes(data: Buffer, { codes }: Tables): boolean {
  for (let at = 0; at < data.length; ) {
    const place = data[at] as number;
    const symbols = at + 1 + LENGTHS;
    const end = data.subarray(at + 1, symbols).reduce((sum, count) => sum + count, symbols);
    if ((place & 0xef) > 3 || codes[place] || end > data.length || end - symbols > 256) return false; // nor twice
    if (!data.subarray(symbols, end).every(place < 16 ? isDifference : isCoefficient)) return false;
    codes[place] = data.subarray(at + 1, end);
    at = end;
  }
  return true;
}

/** Symbols of baseline, T.81, tables F.1 and F.2: differences of up to 11 bits; coefficients of up to 10, the block's end, 16 zeros. */
function isDifference(symbol: number): boolean {
  return symbol <= 11;
}

function isCoefficient(symbol: number): boolean {
  const bits = symbol & 15;
  return bits === 0 ? symbol === 0 || symbol === 0xf0 : bits <= 10;
}

const MOST_BLOCKS = 4; // of a component on one side of an MCU: T.81, B.2.2

/** Of a frame's components, if the scan has all of them in their order. */
function componentsOf(frame: Buffer, scan: Buffer, { quanta, codes }: Tables): Component[] | undefined {
  const count = frame.length / 3;
  if (scan.length !== 4 + 2 * count || scan[0] !== count) return undefined;
  if (scan[1 + 2 * count] !== 0 || scan[2 + 2 * count] !== 63 || scan[3 + 2 * count] !== 0) return undefined;
  const ids = Array.from({ length: count }, (_, i) => frame[3 * i]);
  if (new Set(ids).size !== count || String.fromCharCode(...(ids as number[])) === 'RGB') return undefined;
  const components = ids.map((id, i): Component | undefined => {
    const sampling = frame[3 * i + 1] as number;
    const [across, down] = [sampling >> 4, sampling & 15];
    const quantum = quanta[frame[3 * i + 2] as number];
    const code = scan[2 + 2 * i] as number;
    const [first, others] = [codes[code >> 4], codes[16 + (code & 15)]];
    if (scan[1 + 2 * i] !== id || !quantum || !first || !others) return undefined;
    if (across < 1 || across > MOST_BLOCKS || down < 1 || down > MOST_BLOCKS) return undefined;
    return { across, down, quanta: quantum, first, others };
  });
  if (components.includes(undefined)) return undefined;
  const all = components as Component[];
  return count === 1 ? all.map((one) => ({ ...one, across: 1, down: 1 })) : all; // alone, it is the picture's size
}

function chromaOf([luma, ...others]: readonly Component[]): Chroma | undefined {
  if (others.some(({ across, down }) => across !== 1 || down !== 1)) return undefined;
  return CHROMA[`${luma?.across}×${luma?.down}`];
}

const CHROMA: Readonly<Record<string, Chroma>> = { '1×1': '4:4:4', '2×1': '4:2:2', '2×2': '4:2:0' };
