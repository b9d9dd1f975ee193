/** The module of `decode.as.ts`, made when it is first asked for, and its memory. */

import { loadWasm } from '../../../backend/kernels/wasm-module';

const PAGE = 2 ** 16; // bytes of memory
const MOST_MEMORY = 2 ** 24; // bytes: a megapixel and its file take half of it, and what is larger is sharp's; it never shrinks

/** What decode.as.ts exports: addresses and sizes in bytes. */
interface DecodeKernels {
  readonly TABLE_BYTES: WebAssembly.Global;
  readonly SKIP_BYTES: WebAssembly.Global;
  readonly BEHIND: WebAssembly.Global;
  tabulate(lengths: number, table: number): number;
  tabulateSkips(table: number, skips: number): void;
  openScan(first: number, count: number, from: number, to: number, interval: number): void;
  readRow(row: number, columns: number, block: number): number;
  isUsedUp(): number;
  streamEnd(): number;
  spreadRow(near: number, far: number, count: number, edges: number, sums: number, to: number): void;
  convert(luma: number, blue: number, red: number, count: number, rgb: number): void;
  convertToGray(luma: number, blue: number, red: number, count: number, gray: number): void;
  copyRows(from: number, stride: number, width: number, rows: number, to: number): void;
}

export interface Decoder {
  readonly kernels: DecodeKernels;
  /** The memory, if it can have so many bytes; what is in it is another call's. */
  room(bytes: number): Uint8Array | undefined;
}

let made: Decoder | undefined;
let isMissing = false;

/** Undefined where the engine has no vectors, or the file is not there. */
export function decoderModule(): Decoder | undefined {
  if (made || isMissing) return made;
  try {
    made = make();
  } catch {
    isMissing = true;
  }
  return made;
}

function make(): Decoder {
  const memory = new WebAssembly.Memory({ initial: 0, maximum: MOST_MEMORY / PAGE });
  const { exports } = new WebAssembly.Instance(loadWasm('predict/image/jpeg/decode').module, { env: { memory } });
  return {
    kernels: exports as unknown as DecodeKernels,
    room(bytes) {
      const missing = bytes - memory.buffer.byteLength;
      if (bytes > MOST_MEMORY) return undefined;
      try {
        if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
        return new Uint8Array(memory.buffer);
      } catch {
        return undefined;
      }
    },
  };
}
