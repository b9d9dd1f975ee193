/**
 * facemark's own WebAssembly: compiled from the `.as.ts` files beside it by `npm run build`, in two variants of which this engine's
 * best is taken. Relaxed SIMD multiplies and adds in one instruction; Node 20 does not have it.
 */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { compiled } from '../../files';

/** The variants, best first. */
export const VARIANTS = ['relaxed-simd', 'simd'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface WasmModule {
  readonly module: WebAssembly.Module;
  readonly variant: Variant;
}

const loaded = new Map<string, WasmModule>();

/**
 * Compiles a module, once.
 *
 * @param path below dist/, without variant and extension: `backend/kernels/kernels`
 * @throws Error where its files are missing, or the engine has no SIMD
 */
export function loadWasm(path: string): WasmModule {
  const known = loaded.get(path);
  if (known) return known;
  for (const variant of VARIANTS) {
    const bytes = readModule(`${path}.${variant}.wasm`);
    if (!WebAssembly.validate(bytes)) continue;
    const compiled = { module: new WebAssembly.Module(bytes), variant };
    loaded.set(path, compiled);
    return compiled;
  }
  throw new Error('this engine has no WebAssembly SIMD');
}

/** The variant that this engine takes; undefined where it takes none. */
export function variantHere(): Variant | undefined {
  try {
    return loadWasm('backend/kernels/kernels').variant;
  } catch {
    return undefined;
  }
}

function readModule(file: string): Buffer {
  try {
    return readFileSync(compiled(file));
  } catch (cause) {
    throw new Error(`${basename(file)} is not where it should be; facemark may be inside of a bundle`, { cause });
  }
}
