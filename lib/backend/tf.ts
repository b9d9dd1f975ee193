/**
 * The one door to TensorFlow.js: no other file of facemark imports `@tensorflow/*`, not even a type.
 *
 * The engines (`tfjs-backend-cpu`, `-wasm`, `tfjs-node`) are required only when `choose.ts` asks for them, because requiring
 * one registers it for the whole process. tfjs's chained methods (`a.matMul(b)`) are not here: call functions.
 */

import './first';
import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';

export type {
  DataType,
  io,
  Scalar,
  SGDOptimizer,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor4D,
  Variable,
} from '@tensorflow/tfjs-core';
export type { LayersModel, Sequential, SymbolicTensor } from '@tensorflow/tfjs-layers';

/** The TensorFlow.js that facemark runs on: the names of tfjs-core and tfjs-layers. Use it, and there is never a second copy. */
export const tf: typeof core & typeof layers = Object.freeze({ ...core, ...layers });

/** Version of the tfjs-core that facemark has loaded. */
export const tfjsVersion: string = core.version_core;

/** Registers the plain JavaScript engine, without the banner that it prints at its first tensor. */
export function loadCpuBackend(): void {
  require('@tensorflow/tfjs-backend-cpu');
  const backend = core.findBackend('cpu') as unknown as { firstUse?: boolean };
  backend.firstUse = false;
}

/** Registers the WebAssembly engine; it starts at `setBackend('wasm')`. */
export function loadWasmBackend(): void {
  require('@tensorflow/tfjs-backend-wasm');
}

/** Where tfjs-node is: the package of that name, or the folder that `facemark native` is building it in. */
export function tfjsNodeName(): string {
  return process.env.FACEMARK_TFJS_NODE ?? '@tensorflow/tfjs-node';
}

/** Loads tfjs-node, which registers the engine `tensorflow` and makes it the current one. Throws whatever tfjs-node throws. */
export function loadTfjsNode(): void {
  require(tfjsNodeName());
}

/** Version of the TensorFlow below a tfjs-node that has been loaded. */
export function tensorFlowVersion(): string | undefined {
  const backend = core.findBackend('tensorflow') as { binding?: { TF_Version?: string } } | undefined;
  return backend?.binding?.TF_Version;
}
