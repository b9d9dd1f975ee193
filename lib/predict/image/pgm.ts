/**
 * PGM, the gray pictures of Netpbm: the words `P5 width height maxval`, then the pixels, in bytes (P5) or as words again (P2). sharp's
 * own builds leave this format out. A value v is the gray 255·v / maxval, rounded.
 *
 * Comments (# to the end of the line) may stand between words. Of a file with several pictures the first one counts.
 */

import type { GrayImage } from './gray';

const DIGITS = 9; // of a number, at most: more is no size that a picture has

/** What is wrong with a PGM: the end of a sentence that begins with the file's name. */
export class PgmProblem extends Error {}

/** A PGM's header. */
export interface PgmHeader {
  readonly width: number;
  readonly height: number;
  readonly maxval: number;
  readonly isText: boolean;
  /** The byte at which the pixels begin. */
  readonly start: number;
}

/**
 * Reads the header, so that the size is known before any memory is taken.
 *
 * @throws PgmProblem
 */
export function pgmHeader(bytes: Uint8Array): PgmHeader {
  const words = new Words(bytes, 2);
  const [width, height, maxval] = [words.next(), words.next(), words.next()];
  if (width < 1 || height < 1 || maxval < 1 || maxval > 65535)
    throw new PgmProblem(
      `has the header ${width}×${height}, largest value ${maxval}; expected sizes of at least 1 and a value from 1 to 65535`,
    );
  return { width, height, maxval, isText: bytes[1] === 0x32, start: words.at + 1 };
}

/**
 * Reads the pixels.
 *
 * @throws PgmProblem when there are too few, or one is larger than the header says
 */
export function pgmPixels(bytes: Uint8Array, { width, height, maxval, isText, start }: PgmHeader): GrayImage {
  const pixels = new Uint8Array(width * height);
  const size = maxval < 256 ? 1 : 2;
  const words = new Words(bytes, start);
  if (!isText && bytes.length - start < pixels.length * size) throw new PgmProblem('is cut off');
  for (let i = 0, at = start; i < pixels.length; i++, at += size) {
    const inBytes = size === 1 ? (bytes[at] as number) : ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    const value = isText ? words.next(i === pixels.length - 1) : inBytes;
    if (value > maxval) throw new PgmProblem(`has the value ${value} and says that ${maxval} is its largest`);
    pixels[i] = Math.floor((255 * value) / maxval + 0.5);
  }
  return { width, height, pixels };
}

/** Whole numbers in text, with white space or comments before them. */
class Words {
  constructor(
    private readonly bytes: Uint8Array,
    /** The byte behind the last word. */
    public at: number,
  ) {}

  /** @param isLast whether the file may end with it; an end behind any other may have cut digits off */
  next(isLast = false): number {
    const { bytes } = this;
    this.skip();
    const start = this.at;
    let value = 0;
    for (; isDigit(bytes[this.at]); this.at++) value = value * 10 + (bytes[this.at] as number) - ZERO;
    const isWhole = isLast && this.at > start;
    if (this.at === bytes.length && !isWhole) throw new PgmProblem('is cut off');
    if (this.at === start || this.at - start > DIGITS)
      throw new PgmProblem(`has no whole number at byte ${start}, where one was expected`);
    return value;
  }

  private skip(): void {
    let isComment = false;
    for (; this.at < this.bytes.length; this.at++) {
      const byte = this.bytes[this.at];
      if (isComment) isComment = byte !== NEWLINE;
      else if (byte === HASH) isComment = true;
      else if (!isSpace(byte)) return;
    }
  }
}

const [HASH, NEWLINE, ZERO] = [0x23, 0x0a, 0x30] as const;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}
