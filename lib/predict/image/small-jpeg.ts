/**
 * Small plain JPEGs: a face that was cut out before it was sent. sharp sets up a pipeline with threads for each picture, 0.5 ms of a
 * processor; libjpeg-turbo in WebAssembly (@cwasm/jpeg-turbo) decodes 96×96 in a seventh of that, to the same values, as both are the
 * same library. Larger pictures are faster with sharp, whose code has the processor's vectors.
 *
 * What is not plain is left to sharp, which also says what is wrong with a broken file: CMYK, colour profiles, anything from a camera
 * (EXIF), files that are cut off or damaged.
 */

import { readFileSync } from 'node:fs';
import type { RawImage } from './gray';
import { type Frame, plainFrame } from './jpeg-header';

const MOST_PIXELS = 65_536; // 256×256, half a millisecond
const MOST_BYTES = 2 ** 18; // four for each pixel: what is longer was filled up, and the module's memory never shrinks
const [RGB, GRAY] = [0, 6]; // TJPF_RGB, TJPF_GRAY of turbojpeg.h
const MOST_SCANS = 100; // as many as libvips takes: each goes over the whole picture, and may be 12 bytes long
const STOP_ON_WARNING = 8192; // TJFLAG_STOPONWARNING: what it warns of is left to sharp, however much of it follows
const TELLS = 16; // bytes of four numbers: width, height, subsampling, colour space

/** The pixels of a file that begins as a JPEG, or undefined for one that is not small, not plain or not whole. */
export function smallJpeg(bytes: Buffer): RawImage | undefined {
  if (bytes.length > MOST_BYTES || bytes.readUInt16BE(bytes.length - 2) !== END) return undefined;
  const frame = plainFrame(bytes);
  if (!frame || frame.width * frame.height > MOST_PIXELS || countOf(START_OF_SCAN, bytes) > MOST_SCANS)
    return undefined;
  try {
    turbo ??= instantiate();
    const data = decompress(turbo, bytes, frame);
    return data && { data, ...frame };
  } catch {
    turbo = undefined; // it has stopped in the middle of something, and a new one is made for the next
    return undefined;
  }
}

const END = 0xffd9;
const START_OF_SCAN = Buffer.from([0xff, 0xda]); // between pixels each 0xff has a 0 behind it

function countOf(part: Buffer, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(part); at !== -1; at = bytes.indexOf(part, at + part.length)) count++;
  return count;
}

/** What the module exports: some of turbojpeg.h, addresses and sizes in bytes. */
interface Turbo {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(address: number): void;
  tjInitDecompress(): number;
  tjDecompressHeader3(
    ...args: [handle: number, jpeg: number, bytes: number, width: number, height: number, sub: number, space: number]
  ): number;
  tjDecompress2(
    ...args: [
      handle: number,
      jpeg: number,
      bytes: number,
      to: number,
      w: number,
      pitch: number,
      h: number,
      format: number,
      flags: number,
    ]
  ): number;
  tjDestroy(handle: number): number;
}

let turbo: Turbo | undefined;
let compiled: WebAssembly.Module | undefined;

/** @throws where the package is missing: then all is sharp's */
function instantiate(): Turbo {
  compiled ??= new WebAssembly.Module(readFileSync(require.resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm')));
  const stop = (): never => {
    throw new Error('libjpeg-turbo gave up');
  };
  const env = { setjmp: () => 0, longjmp: stop };
  const calls = ['environ_get', 'proc_exit', 'fd_close', 'fd_seek', 'fd_write'].map((name) => [name, stop]);
  const system = { environ_sizes_get: () => 0, ...Object.fromEntries(calls) };
  return new WebAssembly.Instance(compiled, { env, wasi_snapshot_preview1: system }).exports as unknown as Turbo;
}

/** The pixels, or undefined when it warns that something is missing or wrong. */
function decompress(turbo: Turbo, bytes: Buffer, { width, height, channels }: Frame): Uint8Array | undefined {
  const [size, pitch] = [bytes.length, width * channels];
  const from = turbo.malloc(size + TELLS);
  const to = turbo.malloc(pitch * height);
  new Uint8Array(turbo.memory.buffer).set(bytes, from);
  const tells = from + size;
  const handle = turbo.tjInitDecompress();
  const format = channels === 1 ? GRAY : RGB;
  const isWhole =
    turbo.tjDecompressHeader3(handle, from, size, tells, tells + 4, tells + 8, tells + 12) === 0 &&
    turbo.tjDecompress2(handle, from, size, to, width, pitch, height, format, STOP_ON_WARNING) === 0;
  const data = new Uint8Array(turbo.memory.buffer).slice(to, to + pitch * height);
  turbo.tjDestroy(handle);
  turbo.free(from);
  turbo.free(to);
  return isWhole ? data : undefined;
}
