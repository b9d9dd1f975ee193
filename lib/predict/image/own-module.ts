/** A module of WebAssembly with a memory of its own, made when it is first asked for. */

import { loadWasm } from '../../backend/kernels/wasm-module';

const PAGE = 2 ** 16; // bytes of memory

/** What a module exports, and the memory that its addresses count in. */
export interface OwnModule<Kernels> {
  readonly kernels: Kernels;
  /**
   * The memory, of at least so many bytes, for one call: what is in it is another's, and the next writes over it. It never shrinks; undefined where it
   * cannot grow.
   */
  room(bytes: number): Uint8Array | undefined;
}

/**
 * How a module is got.
 *
 * @param path as for `loadWasm`
 * @param most bytes of its memory
 * @returns what gives the module; undefined where the engine has no vectors, or the file is not there
 */
export function ownModule<Kernels>(path: string, most: number): () => OwnModule<Kernels> | undefined {
  let made: OwnModule<Kernels> | undefined;
  let isMissing = false;
  return () => {
    if (made || isMissing) return made;
    try {
      made = make<Kernels>(path, most);
    } catch {
      isMissing = true;
    }
    return made;
  };
}

function make<Kernels>(path: string, most: number): OwnModule<Kernels> {
  const memory = new WebAssembly.Memory({ initial: 0, maximum: most / PAGE });
  const { exports } = new WebAssembly.Instance(loadWasm(path).module, { env: { memory } });
  return {
    kernels: exports as unknown as Kernels,
    room(bytes) {
      const missing = bytes - memory.buffer.byteLength;
      try {
        if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
        return new Uint8Array(memory.buffer);
      } catch {
        return undefined;
      }
    },
  };
}
