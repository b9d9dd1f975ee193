/**
 * How long a part takes to be decoded here, on the thread that asks: sharp decodes beside it, but takes a pipeline with threads (0.5 ms of a
 * processor) and transforms every row. By size, so that the same file always goes the same way.
 */

import type { Header } from './header';
import type { Part } from './planes';

// As measured on a core of an AMD EPYC, in nanoseconds.
const READ = 4; // a byte of codes down to the part's last row
const PASSED = 0.3; // a pixel of the rows down to it, whatever its codes
const SHOWN = 2.5; // a pixel of the part
const MOST = 5_000_000; // that others wait: a face of a 5-megapixel photo, a whole picture of 1280×960; files made to be slow take twice as long

/** Bytes of codes that are looked at, at most. */
export const MOST_BYTES = MOST / READ;

/** Whether a part, or the whole, of a file of so many bytes is decoded soon. */
export function isQuick({ frame, end }: Header, bytes: number, part?: Part): boolean {
  const { width, height } = part ?? frame;
  const bottom = part ? part.top + height : height;
  const read = part ? (bytes - end) * (bottom / frame.height) : bytes - end;
  return READ * read + PASSED * frame.width * bottom + SHOWN * width * height <= MOST;
}
