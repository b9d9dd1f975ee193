/**
 * What stands before the pixels of a JPEG (ITU-T T.81, B.2), of plain files: those of which every segment there is known to change no colour
 * and no side. CMYK, colour profiles and anything from a camera (EXIF) are none.
 */

import type { RawImage } from './gray';

export type Frame = Pick<RawImage, 'width' | 'height'> & { readonly channels: 1 | 3 };

const MOST_BYTES = 2 ** 18; // that are looked through: what has a longer header was filled up, with a million comments perhaps
const SCAN = 0xffda;
const FRAMES = new Set([0xffc0, 0xffc1, 0xffc2]); // baseline, extended, progressive
const PLAIN = new Set([0xffc4, 0xffdb, 0xffdd, 0xffe0, 0xfffe]); // tables of codes and quanta, restarts, JFIF, a comment

/** The frame of a file that begins as a JPEG, or undefined for one that is not plain or ends before its pixels. */
export function plainFrame(bytes: Buffer): Frame | undefined {
  let frame: Frame | undefined;
  for (let at = 2; at + 4 <= Math.min(bytes.length, MOST_BYTES); ) {
    const marker = bytes.readUInt16BE(at);
    if (marker === SCAN) return frame;
    if (FRAMES.has(marker)) frame = frameAt(bytes, at + 4);
    else if (!PLAIN.has(marker)) return undefined;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Precision, height, width, components: ITU-T T.81, B.2.2. */
function frameAt(bytes: Buffer, at: number): Frame | undefined {
  if (at + 6 > bytes.length || bytes[at] !== 8) return undefined;
  const [height, width, channels] = [bytes.readUInt16BE(at + 1), bytes.readUInt16BE(at + 3), bytes[at + 5]];
  if (width === 0 || height === 0 || (channels !== 1 && channels !== 3)) return undefined;
  return { width, height, channels };
}
