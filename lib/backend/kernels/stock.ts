/** Kernels that are called from inside of another: tfjs's own, or ours where it is in their place. */

import { tf } from '../tf';
import type { TensorInfo, WasmBackend } from './heap';

/** Runs a kernel by tfjs's name; its result is the caller's to dispose of. */
export function runKernel(name: string, backend: WasmBackend, inputs: object, attrs: object = {}): TensorInfo {
  const { kernelFunc } = tf.getKernel(name, 'wasm');
  return (kernelFunc as unknown as (args: object) => TensorInfo)({ inputs, backend, attrs });
}

/** Runs a kernel over an intermediate result, the input `x`, which is disposed of. */
export function consume(
  name: string,
  backend: WasmBackend,
  x: TensorInfo,
  inputs: object = {},
  attrs: object = {},
): TensorInfo {
  try {
    return runKernel(name, backend, { x, ...inputs }, attrs);
  } finally {
    backend.disposeData(x.dataId);
  }
}
