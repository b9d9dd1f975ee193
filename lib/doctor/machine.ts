/** This machine, as far as it matters for computing. */

import { readdirSync, readFileSync } from 'node:fs';
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';

/** Node's types leave it to the DOM's. */
declare const WebAssembly: { validate(bytes: Uint8Array): boolean };

export interface Machine {
  readonly os: string;
  readonly arch: string;
  /** `glibc 2.36`, `musl`, or empty where there is but one. */
  readonly libc: string;
  readonly cpu: string;
  readonly cores: number;
  /** Vector instructions of the processor, where the system tells: avx2, avx512f, fma, asimd … */
  readonly vectors: readonly string[];
  readonly memoryGB: number;
  readonly freeMemoryGB: number;
  /** What this Node's WebAssembly can do. */
  readonly wasm: { readonly simd: boolean; readonly relaxedSimd: boolean; readonly threads: boolean };
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    os: `${platform()} ${release()}`,
    arch: arch(),
    libc: libcOf(),
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    vectors: vectorsOf(),
    memoryGB: totalmem() / 1e9,
    freeMemoryGB: freemem() / 1e9,
    wasm: {
      simd: WebAssembly.validate(SIMD),
      relaxedSimd: WebAssembly.validate(RELAXED_SIMD),
      threads: typeof SharedArrayBuffer === 'function',
    },
  };
}

/** The C library on Linux: what it is called, and its version where it can be read; empty elsewhere. */
export function libcOf(): string {
  if (process.platform !== 'linux') return '';
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  if (header.glibcVersionRuntime) return `glibc ${header.glibcVersionRuntime}`;
  try {
    if (readdirSync('/lib').some((name) => name.startsWith('ld-musl'))) return 'musl';
  } catch {
    // no /lib
  }
  return 'an unknown C library';
}

const VECTORS = /^(sse4_2|avx|avx2|fma|avx512f|avx512_vnni|avx_vnni|amx_tile|asimd|neon|sve)$/;

function vectorsOf(): string[] {
  try {
    const flags = /^(flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[2] ?? '';
    return flags.split(' ').filter((flag) => VECTORS.test(flag));
  } catch {
    return [];
  }
}

/** Modules of one function with one vector instruction: i8x16.popcnt, and i8x16.relaxed_swizzle. */
const SIMD = moduleOf([0x41, 0, 0xfd, 0x0f, 0xfd, 0x62]);
const RELAXED_SIMD = moduleOf([0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0xfd, 0x80, 0x02]);

/** A module with a function () → v128 of this code. */
function moduleOf(code: readonly number[]): Uint8Array {
  const body = [0, ...code, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
    ...[1, 5, 1, 0x60, 0, 1, 0x7b], // a type: () → v128
    ...[3, 2, 1, 0], // a function of it
    ...[10, body.length + 2, 1, body.length, ...body],
  ]);
}
