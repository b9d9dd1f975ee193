/**
 * tfjs's kernel FusedConv2D, f(x ∗ filter + bias): a filter of 1 × 1, or one of pictures with one channel, in one go by ours. Others are tfjs's,
 * and f follows; tfjs has its own idea of NaN in activations. Channels first and a bias of another shape are one kernel after another, as on tfjs's cpu backend.
 */

import { tf } from '../tf';
import { convolve, isStocks } from './convolution';
import { applyParameters, codeOf, type FusedActivation } from './fused-activations';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';
import { consume, runKernel } from './stock';
import { convolutionInfo, type Sliding } from './window';

interface Args {
  readonly inputs: {
    readonly x: TensorInfo;
    readonly filter: TensorInfo;
    readonly bias?: TensorInfo;
    readonly preluActivationWeights?: TensorInfo;
  };
  readonly attrs: Sliding & FusedActivation & { readonly dataFormat: 'NHWC' | 'NCHW' };
  readonly backend: WasmBackend;
}

export const fusedConvolutionKernel: Kernel<Args> = {
  name: 'FusedConv2D',
  run(args) {
    const { inputs, attrs, backend } = args;
    const { x, filter, bias, preluActivationWeights: alpha } = inputs;
    const heap = heapOf(backend);
    const code = codeOf(heap.kernels, attrs.activation);
    if (code === undefined || x.dtype !== 'float32') return undefined;
    const isPlain =
      bias === undefined || bias === null || (bias.shape.length === 1 && bias.shape[0] === filter.shape[3]);
    if (attrs.dataFormat === 'NCHW' || !isPlain) return oneAfterAnother(args, code);
    const info = convolutionInfo(x.shape, filter.shape, attrs);
    if (!isStocks(info)) return applyParameters(convolve(heap, info, x, filter, bias, code), attrs, alpha, backend);
    if (attrs.activation === undefined || attrs.activation === 'linear') return undefined;
    const out = runKernel('FusedConv2D', backend, { x, filter, bias }, { ...attrs, activation: 'linear' });
    activateInPlace(backend, out, code);
    return applyParameters(out, attrs, alpha, backend);
  },
};

function oneAfterAnother({ inputs, attrs, backend }: Args, code: number): TensorInfo {
  const { x, filter, bias, preluActivationWeights: alpha } = inputs;
  let out = runKernel('Conv2D', backend, { x, filter }, attrs);
  if (bias) out = consume('Add', backend, out, { a: out, b: alongChannels(bias, attrs.dataFormat) });
  activateInPlace(backend, out, code);
  return applyParameters(out, attrs, alpha && alongChannels(alpha, attrs.dataFormat), backend);
}

function activateInPlace(backend: WasmBackend, out: TensorInfo, code: number): void {
  const heap = heapOf(backend);
  heap.kernels.activate(code, heap.at(out), heap.at(out), tf.util.sizeFromShape(out.shape));
}

/** A number for each channel, shaped so that it broadcasts to the pictures: the same memory. */
function alongChannels(values: TensorInfo, dataFormat: 'NHWC' | 'NCHW'): TensorInfo {
  const isLine = values.shape.length === 1 && values.shape[0] !== 1;
  return dataFormat === 'NCHW' && isLine ? { ...values, shape: [values.shape[0] as number, 1, 1] } : values;
}
