/** tfjs's activations that are fused to a product or a convolution: which of ours they are, and those that have parameters of their own. */

import type { KernelExports, TensorInfo, WasmBackend } from './heap';
import { consume, runKernel } from './stock';

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
  if (activation === 'prelu') return prelu(out, alpha as TensorInfo, backend);
  if (activation === 'leakyrelu') return consume('LeakyRelu', backend, out, {}, { alpha: leakyreluAlpha });
  return out;
}

/** tfjs's kernel knows one slope for each of the last dimension; others are max(x, 0) − alpha·max(−x, 0), which broadcasts. */
function prelu(x: TensorInfo, alpha: TensorInfo, backend: WasmBackend): TensorInfo {
  if (alpha.shape.length === 1 && alpha.shape[0] === x.shape.at(-1)) return consume('Prelu', backend, x, { alpha });
  const above = runKernel('Relu', backend, { x });
  const below = consume('Relu', backend, consume('Neg', backend, x));
  const bent = consume('Multiply', backend, below, { a: below, b: alpha });
  const out = consume('Sub', backend, above, { a: above, b: bent });
  backend.disposeData(bent.dataId);
  return out;
}
