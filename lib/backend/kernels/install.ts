/**
 * facemark's kernels in the place of tfjs's own, for every network on the WASM backend. tfjs's stay behind them for whatever ours do not
 * take; and alone, where tfjs's insides are not as they were or ours fail their trial.
 */

import { messageOf } from '../../errors';
import { tf } from '../tf';
import { accumulateKernel } from './accumulate';
import { installActivationGradients, reluGradKernel, tanhGradKernel } from './activation-gradients';
import { adamKernel } from './adam';
import { appliedNormKernel } from './applied-norm';
import { convolutionFilterGradientKernel, convolutionInputGradientKernel, convolutionKernel } from './convolution';
import { sliceKernel, tileKernel } from './copies';
import { depthwiseFilterGradientKernel, depthwiseInputGradientKernel, depthwiseKernel } from './depthwise';
import { fusedConvolutionKernel } from './fused-convolution';
import { gatherKernel } from './gather';
import { heapOf, type WasmBackend } from './heap';
import { castKernel, identityKernel } from './identity';
import type { Kernel } from './kernel';
import { matmulKernels } from './matmul';
import { batchNormGradientKernel, batchNormKernel, installBatchNormGradient } from './norm';
import { averagePoolGradientKernel, maxPoolGradientKernel } from './pooling';
import { standardizeKernel } from './standardize';
import { sumKernel } from './sum';
import { tanhKernel } from './tanh';
import { tryKernels } from './trial';
import type { Variant } from './wasm-module';

const KERNELS = [
  ...matmulKernels,
  tanhKernel,
  tanhGradKernel,
  reluGradKernel,
  sumKernel,
  gatherKernel,
  identityKernel,
  castKernel,
  tileKernel,
  sliceKernel,
  appliedNormKernel,
  batchNormKernel,
  batchNormGradientKernel,
  adamKernel,
  accumulateKernel,
  standardizeKernel,
  convolutionKernel,
  fusedConvolutionKernel,
  convolutionFilterGradientKernel,
  convolutionInputGradientKernel,
  depthwiseKernel,
  depthwiseFilterGradientKernel,
  depthwiseInputGradientKernel,
  maxPoolGradientKernel,
  averagePoolGradientKernel,
] as readonly Kernel[];

/** Which variant computes, or why tfjs's stock kernels do. */
export type KernelsState = { readonly variant: Variant } | { readonly whyNot: string };

type KernelFunc = (args: unknown) => unknown;

/** On our kernel functions: the stock one behind it, so that a second facemark in one process does not stack up. */
const STOCK = Symbol.for('facemark.stock-kernel');

let state: KernelsState | undefined;

/** Puts the kernels in, once; the WASM backend has been started and is the current one. */
export function installKernels(): KernelsState {
  state ??= install();
  return state;
}

function install(): KernelsState {
  const backend = tf.backend() as unknown as WasmBackend;
  try {
    const { variant } = heapOf(backend);
    for (const kernel of KERNELS) replace(kernel);
    installBatchNormGradient();
    tryKernels();
    installActivationGradients();
    return { variant };
  } catch (thrown) {
    for (const { name } of KERNELS) putBack(name);
    return { whyNot: messageOf(thrown) };
  }
}

function replace({ name, run }: Kernel): void {
  putBack(name);
  const stock = tf.getKernel(name, 'wasm');
  if (stock) tf.unregisterKernel(name, 'wasm');
  const behind = stock?.kernelFunc as KernelFunc | undefined;
  const kernelFunc: KernelFunc = (args) => run(args as never) ?? behind?.(args);
  tf.registerKernel({
    ...stock,
    kernelName: name,
    backendName: 'wasm',
    kernelFunc: Object.assign(kernelFunc, { [STOCK]: stock ?? null }) as never,
  });
}

function putBack(name: string): void {
  const current = tf.getKernel(name, 'wasm');
  const stock = (current?.kernelFunc as { [STOCK]?: typeof current | null } | undefined)?.[STOCK];
  if (stock === undefined) return;
  tf.unregisterKernel(name, 'wasm');
  if (stock) tf.registerKernel(stock);
}
