/** What facemark uses of the global WebAssembly, which TypeScript declares only together with the browser's whole DOM. */

declare namespace WebAssembly {
  function validate(bytes: Uint8Array): boolean;

  class Module {
    constructor(bytes: Uint8Array);
  }

  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }

  class Memory {
    /** Pages of 64 KiB. */
    constructor(pages: { initial: number; maximum?: number; shared?: true });
    readonly buffer: ArrayBufferLike;
    grow(pages: number): number;
  }

  class Global {
    readonly value: number;
  }
}
