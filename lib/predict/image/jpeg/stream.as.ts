/**
 * The bits between two markers of a JPEG (ITU-T T.81, F.2.2.5 and B.1.1.5). AssemblyScript.
 *
 * They are laid into memory backwards, without the zeros that are put behind each byte of ones: eight of them are then one load, the first
 * in its uppermost bits. As many zeros follow as a careless reader could still take.
 */

/** Zeros behind the last byte: more than six blocks of 64 coefficients, each of 27 bits. */
export const BEHIND = 2048;

/** The byte above the first, and the next byte of the file that is not in the stream: where a marker begins, or the file ends. */
let top: usize = 0;
let next: usize = 0;
/** How many bytes it has. */
let length: usize = 0;

/** What is read next: where the bytes after the window are, the window itself and how many of its bits, from above, count. */
export class Stream {
  static at: usize = 0;
  static window: u64 = 0;
  static held: u64 = 0;
}

/**
 * Takes the bits from there to the next marker.
 *
 * @param from in the file, behind whose end stand 16 bytes of ones
 * @param to the end of room for all bytes from there to the file's end, and BEHIND
 */
export function openStream(from: usize, to: usize): void {
  top = to;
  for (;;) {
    const bytes = v128.load(from);
    const plain = <usize>ctz<i32>(i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(-1))) | 0x10000);
    v128.store(to - 16, i8x16.shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    from += plain;
    to -= plain;
    if (plain === 16) continue;
    if (load<u8>(from, 1) !== 0) break;
    store<u8>(--to, 0xff);
    from += 2;
  }
  next = from;
  length = top - to;
  memory.fill(to - BEHIND, 0, BEHIND);
  Stream.at = top - 8;
  Stream.window = 0;
  Stream.held = 0;
}

/** How many bits have not been read; below 0 where more were read than there are. */
export function bitsLeft(): i32 {
  return <i32>((length << 3) - ((top - 8 - Stream.at) << 3)) + <i32>Stream.held;
}

/** Where the marker is that ends it. */
export function streamEnd(): usize {
  return next;
}
