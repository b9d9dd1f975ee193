/**
 * tfjs's WASM backend from the inside: where its tensors lie, and facemark's kernels over the same memory. Nothing is copied; memory
 * may grow in the middle of a call, so what is kept is addresses, never views.
 *
 * These are insides that tfjs does not promise: `heapOf` looks at all of them, and says which is not as expected.
 */

import { type DataType, tf } from '../tf';
import { loadWasm, type Variant } from './wasm-module';

/** What the compiled kernels export; see the `.as.ts` files. Addresses are bytes. */
export interface KernelExports {
  fusedMatmul(...parameters: readonly number[]): void; // those of matmul.as.ts, in their order
  useScratch(address: number): void;
  convolve(...parameters: readonly number[]): void; // those of convolution.as.ts, in their order
  convolveGray(...parameters: readonly number[]): void; // those of gray-convolution.as.ts, in their order
  convolutionFilterGradient(...parameters: readonly number[]): void;
  convolutionInputGradient(...parameters: readonly number[]): void;
  depthwise(window: number, x: number, filter: number, out: number): void;
  depthwiseFilterGradient(window: number, x: number, dy: number, out: number): void;
  depthwiseInputGradient(window: number, dy: number, filter: number, out: number): void;
  depthwise3x3(window: number, x: number, filter: number, out: number, zeros: number): void;
  depthwise3x3FilterGradient(window: number, x: number, dy: number, out: number): void;
  depthwise3x3InputGradient(turned: number, dy: number, filter: number, out: number, zeros: number): void;
  depthwise3x3HalvingInputGradient(window: number, dy: number, filter: number, out: number, zeros: number): void;
  maxPoolGradient(window: number, x: number, dy: number, out: number, best: number): void;
  averagePoolGradient(window: number, dy: number, out: number): void;
  activate(code: number, z: number, out: number, count: number): void;
  descendThrough(code: number, h: number, upstream: number, out: number, count: number): void;
  copy(x: number, out: number, bytes: number): void;
  repeatPieces(x: number, out: number, outer: number, reps: number, bytes: number): void;
  gatherRows(x: number, indices: number, out: number, outer: number, rows: number, count: number, bytes: number): void;
  sumColumns(x: number, sums: number, rows: number, columns: number): void;
  moments(x: number, mean: number, variance: number, rows: number, columns: number, scratch: number): void;
  average(old: number, value: number, out: number, decay: number, count: number): void;
  tabulate(table: number, gamma: number, beta: number, epsilon: number, columns: number): void;
  normalize(x: number, h: number, table: number, relu: number, rows: number, columns: number): void;
  normalizeEach(...parameters: readonly number[]): void; // those of norm.as.ts, in their order
  normalizeGradient(...parameters: readonly number[]): void; // those of norm-gradient.as.ts, in their order
  adam(...parameters: readonly number[]): void; // those of adam.as.ts, in their order
  accumulate(sum: number, x: number, count: number): void;
  standardize(x: number, out: number, rows: number, columns: number, epsilon: number): void;
  readonly MOMENTS_BYTES: WebAssembly.Global;
  readonly SCRATCH_BYTES: WebAssembly.Global;
  readonly LINEAR: WebAssembly.Global;
  readonly TANH: WebAssembly.Global;
  readonly SIGMOID: WebAssembly.Global;
  readonly RELU: WebAssembly.Global;
  readonly RELU6: WebAssembly.Global;
  readonly ELU: WebAssembly.Global;
}

/** What kernels are given for a tensor. */
export interface TensorInfo {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: DataType;
}

/** What of tfjs's WASM backend is used here. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    readonly HEAPU8?: Uint8Array;
    readonly _malloc?: (bytes: number) => number;
    readonly _free?: (address: number) => void;
  };
  readonly dataIdMap?: { get(dataId: object): { readonly memoryOffset: number } | undefined };
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  refCount(dataId: object): number;
  readSync(dataId: object): ArrayBufferView;
}

const ADDRESSES = 2 ** 32; // of WebAssembly's memory
const MOST_WORDS = 32; // of a structure; the largest, Window, has 15

export class Heap {
  /** Where `write` writes, and what `room` gave last. */
  private readonly words: number;
  private rented = { address: 0, bytes: 0 };

  constructor(
    private readonly backend: WasmBackend,
    readonly kernels: KernelExports,
    readonly variant: Variant,
  ) {
    kernels.useScratch(aligned(this.allocate(kernels.SCRATCH_BYTES.value + 16)));
    this.words = this.allocate(4 * MOST_WORDS);
  }

  /** Address of a tensor's numbers. */
  at({ dataId }: TensorInfo): number {
    const found = this.backend.dataIdMap?.get(dataId);
    if (found === undefined) throw new Error('a tensor is not in the memory of the WASM backend');
    return found.memoryOffset;
  }

  /**
   * Room for the result of a kernel.
   *
   * @throws Error when the memory of WebAssembly, 4 GiB at most, is full; stock kernels would write to address 0
   */
  output(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    // More bytes than there are addresses would wrap around to a few, and the kernel would write over what is behind them.
    const isTooLarge = dtype !== 'string' && tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype) >= ADDRESSES;
    const info = isTooLarge ? undefined : this.backend.makeOutput(shape, dtype);
    if (info && (this.at(info) !== 0 || shape.includes(0))) return info;
    if (info) this.backend.disposeData(info.dataId);
    throw new Error(`the WASM backend has no memory left for a tensor of the shape [${shape}]`);
  }

  /** A result that is the same memory as a tensor. */
  again({ dataId, shape, dtype }: TensorInfo): TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Whether a tensor alone holds on to its memory, so that what is of no use any more may be written over. */
  isAlone({ dataId }: TensorInfo): boolean {
    return this.backend.refCount(dataId) === 1;
  }

  /** Room for several results in float32: for all of them, or for none and the error of `output`. */
  outputs<Shapes extends readonly number[][]>(...shapes: Shapes): { [I in keyof Shapes]: TensorInfo } {
    const made: TensorInfo[] = [];
    try {
      for (const shape of shapes) made.push(this.output(shape));
    } catch (full) {
      for (const { dataId } of made) this.backend.disposeData(dataId);
      throw full;
    }
    return made as { [I in keyof Shapes]: TensorInfo };
  }

  /** Writes a structure of whole numbers for the kernel that is called next, and returns its address. */
  write(fields: readonly number[]): number {
    new Int32Array((this.backend.wasm.HEAPU8 as Uint8Array).buffer, this.words, MOST_WORDS).set(fields);
    return this.words;
  }

  /**
   * Room for what is in between in one call, aligned to 16; the next call of `room` may take it back.
   *
   * @throws Error when the memory of WebAssembly is full
   */
  room(bytes: number): number {
    if (bytes > this.rented.bytes) {
      if (this.rented.address !== 0) this.backend.wasm._free?.(this.rented.address);
      this.rented = { address: 0, bytes: 0 };
      this.rented = { address: this.allocate(bytes + 16), bytes };
    }
    return aligned(this.rented.address);
  }

  private allocate(bytes: number): number {
    const address = this.backend.wasm._malloc?.(bytes) ?? 0;
    if (address === 0) throw new Error('the WASM backend has no memory left for the kernels');
    return address >>> 0;
  }
}

/** Addresses are signed where they come from. */
function aligned(address: number): number {
  return (((address >>> 0) + 15) & ~15) >>> 0;
}

const heaps = new WeakMap<WasmBackend, Heap>();

/**
 * The kernels over a backend's memory, made at the first call.
 *
 * @throws Error saying what of tfjs's insides is not as it was, or why the kernels do not start
 */
export function heapOf(backend: WasmBackend): Heap {
  const known = heaps.get(backend);
  if (known) return known;
  const memory = backend.wasm?.asm?.memory;
  if (Object.prototype.toString.call(memory) !== '[object WebAssembly.Memory]')
    throw new Error('its memory is not where it was');
  if (memory?.buffer !== backend.wasm.HEAPU8?.buffer) throw new Error('its memory is another than its heap');
  if (typeof backend.wasm._malloc !== 'function') throw new Error('it has no malloc');
  if (typeof backend.wasm._free !== 'function') throw new Error('it has no free');
  if (typeof backend.dataIdMap?.get !== 'function') throw new Error('it has no table of tensors');
  for (const method of ['makeOutput', 'disposeData', 'incRef', 'refCount', 'readSync'] as const)
    if (typeof backend[method] !== 'function') throw new Error(`it has no ${method}`);
  const { module, variant } = loadWasm('backend/kernels/kernels');
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory as WebAssembly.Memory } });
  const heap = new Heap(backend, exports as unknown as KernelExports, variant);
  heaps.set(backend, heap);
  return heap;
}
