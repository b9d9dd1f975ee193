/** tfjs's activations that are fused to a product or a convolution: which of ours they are, and those that have parameters of their own. */

import type { KernelExports, TensorInfo, WasmBackend } from './heap';
import { consume } from './stock';

/** By tfjs's names; those with parameters follow as a kernel of tfjs's. */
const CODES = {
  linear: 'LINEAR',
  leakyrelu: 'LINEAR',
  prelu: 'LINEAR',
  relu: 'RELU',
  relu6: 'RELU6',
  elu: 'ELU',
  sigmoid: 'SIGMOID',
} as const;

export interface FusedActivation {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** The code under which our kernels know an activation; undefined for one that they do not know. */
export function codeOf(kernels: KernelExports, activation = 'linear'): number | undefined {
  const name = (CODES as Readonly<Record<string, (typeof CODES)[keyof typeof CODES]>>)[activation];
  return name && kernels[name].value;
}

/** What follows a fused kernel where its activation has parameters; `out` is disposed of then. */
export function applyParameters(
  out: TensorInfo,
  { activation, leakyreluAlpha }: FusedActivation,
  alpha: TensorInfo | undefined,
  backend: WasmBackend,
): TensorInfo {
  if (activation === 'prelu') return consume('Prelu', backend, out, { alpha });
  if (activation === 'leakyrelu') return consume('LeakyRelu', backend, out, {}, { alpha: leakyreluAlpha });
  return out;
}
