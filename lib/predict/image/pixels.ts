/** The module of `pixels.as.ts`, made when it is first asked for, and its memory. */

import { loadWasm } from '../../backend/kernels/wasm-module';

const PAGE = 2 ** 16; // bytes of memory

/** What pixels.as.ts exports. */
interface PixelKernels {
  luma(rgb: number, gray: number, count: number): void;
  sumColumns(
    ...parameters: [
      pixels: number,
      width: number,
      rows: number,
      axis: number,
      columns: number,
      wide: number,
      to: number,
    ]
  ): void;
  sumRows(sums: number, columns: number, axis: number, rows: number, to: number): void;
}

/** Kernels, and the memory that their addresses count in. */
export interface PixelModule {
  readonly kernels: PixelKernels;
  /** At least so many bytes of the memory, for one call: the next may write over them. It never shrinks; undefined where it cannot grow. */
  room(bytes: number): ArrayBufferLike | undefined;
}

let loaded: PixelModule | undefined;
let isMissing = false;

/** Undefined where the engine has no vectors, or the file is not there. */
export function pixelModule(): PixelModule | undefined {
  if (loaded || isMissing) return loaded;
  try {
    loaded = load();
  } catch {
    isMissing = true;
  }
  return loaded;
}

function load(): PixelModule {
  const memory = new WebAssembly.Memory({ initial: 0 });
  const { exports } = new WebAssembly.Instance(loadWasm('predict/image/pixels').module, { env: { memory } });
  return {
    kernels: exports as unknown as PixelKernels,
    room(bytes) {
      const missing = bytes - memory.buffer.byteLength;
      try {
        if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
        return memory.buffer;
      } catch {
        return undefined;
      }
    },
  };
}
