/**
 * What stands before the pixels of a JPEG (ITU-T T.81, B.2), of plain files: those of which every segment there is known to change no colour
 * and no side. CMYK, colour profiles and anything from a camera (EXIF) are none.
 */

import type { RawImage } from '../gray';

export type Frame = Pick<RawImage, 'width' | 'height'> & { readonly channels: 1 | 3 };

/** A part of a header: its marker, and what stands between its length and the next. */
export interface Segment {
  readonly marker: number;
  readonly data: Buffer;
}

export interface Header {
  readonly frame: Frame;
  /** Those that mean something, up to the last, which begins a scan. */
  readonly segments: readonly Segment[];
  /** Of the first byte behind them. */
  readonly end: number;
}

export const MARKERS = {
  BASELINE: 0xffc0,
  EXTENDED: 0xffc1,
  PROGRESSIVE: 0xffc2,
  CODES: 0xffc4,
  SCAN: 0xffda,
  QUANTA: 0xffdb,
  RESTARTS: 0xffdd,
} as const;

const MOST_BYTES = 2 ** 18; // that are looked through: what has a longer header was filled up, with a million comments perhaps
const MOST_SEGMENTS = 64; // of them: a dozen is usual
const FRAMES: ReadonlySet<number> = new Set([MARKERS.BASELINE, MARKERS.EXTENDED, MARKERS.PROGRESSIVE]);
const TABLES: ReadonlySet<number> = new Set([MARKERS.CODES, MARKERS.QUANTA, MARKERS.RESTARTS]);
const MEANINGLESS: ReadonlySet<number> = new Set([0xffe0, 0xfffe]); // JFIF, a comment

/** The header of a file that begins as a JPEG, or undefined for one that is not plain or ends before its pixels. */
export function plainHeader(bytes: Buffer): Header | undefined {
  const segments: Segment[] = [];
  let frame: Frame | undefined;
  for (let at = 2; at + 4 <= Math.min(bytes.length, MOST_BYTES); ) {
    const marker = bytes.readUInt16BE(at);
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (!MEANINGLESS.has(marker)) {
      const data = bytes.subarray(at + 4, end);
      segments.push({ marker, data });
      if (marker === MARKERS.SCAN) return frame && { frame, segments, end };
      if (FRAMES.has(marker)) frame = frameOf(data);
      else if (!TABLES.has(marker) || segments.length > MOST_SEGMENTS) return undefined;
    }
    at = end;
  }
  return undefined;
}

/** Precision, height, width, components: ITU-T T.81, B.2.2. */
function frameOf(data: Buffer): Frame | undefined {
  if (data.length < 6 || data[0] !== 8) return undefined;
  const [height, width, channels] = [data.readUInt16BE(1), data.readUInt16BE(3), data[5]];
  if (width === 0 || height === 0 || (channels !== 1 && channels !== 3)) return undefined;
  return { width, height, channels };
}
