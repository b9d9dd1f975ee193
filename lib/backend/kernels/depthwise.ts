/**
 * tfjs's kernels DepthwiseConv2dNative, DepthwiseConv2dNativeBackpropFilter and DepthwiseConv2dNativeBackpropInput. tfjs has the first one
 * alone on WASM; ours takes what it is faster at, filters of 3 × 3, and numbers of outputs that are not rounded down.
 */

import { heapOf } from './heap';
import type { Kernel } from './kernel';
import {
  type ConvolutionInfo,
  convolutionInfo,
  type ForwardArgs,
  isWithinStock,
  type Sliding,
  type ToFilterArgs,
  type ToInputArgs,
  writeTurnedWindow,
  writeWindow,
} from './window';

export const depthwiseKernel: Kernel<ForwardArgs<Sliding>> = {
  name: 'DepthwiseConv2dNative',
  run({ inputs: { x, filter }, attrs, backend }) {
    const info = convolutionInfo(x.shape, filter.shape, attrs, true);
    const isThree = isThreeByThree(info);
    if (x.dtype !== 'float32' || (!isThree && isWithinStock(info))) return undefined;
    const heap = heapOf(backend);
    const zeros = isThree ? heap.room(rowBytes(info)) : 0;
    const out = heap.output(info.outShape);
    const arrays = [writeWindow(heap, info), heap.at(x), heap.at(filter), heap.at(out)] as const;
    if (isThree) heap.kernels.depthwise3x3(...arrays, zeros);
    else heap.kernels.depthwise(...arrays);
    return out;
  },
};

export const depthwiseFilterGradientKernel: Kernel<ToFilterArgs<Sliding>> = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  run({ inputs: { x, dy }, attrs, backend }) {
    const info = convolutionInfo(x.shape, attrs.filterShape, attrs, true);
    const heap = heapOf(backend);
    const window = writeWindow(heap, info, dy.shape);
    const out = heap.output(info.filterShape);
    const arrays = [window, heap.at(x), heap.at(dy), heap.at(out)] as const;
    if (isThreeByThree(info)) heap.kernels.depthwise3x3FilterGradient(...arrays);
    else heap.kernels.depthwiseFilterGradient(...arrays);
    return out;
  },
};

export const depthwiseInputGradientKernel: Kernel<ToInputArgs<Sliding>> = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  run({ inputs: { dy, filter }, attrs, backend }) {
    const info = convolutionInfo(attrs.inputShape, filter.shape, attrs, true);
    const heap = heapOf(backend);
    const [isTurned, isHalving] = [1, 2].map((stride) => isThreeByThree(info) && hasStrides(info, stride));
    const window = (isTurned ? writeTurnedWindow : writeWindow)(heap, info, dy.shape);
    const zeros = heap.room(rowBytes(info, dy.shape));
    const out = heap.output(info.inShape);
    const arrays = [window, heap.at(dy), heap.at(filter), heap.at(out)] as const;
    if (isTurned) heap.kernels.depthwise3x3InputGradient(...arrays, zeros);
    else if (isHalving) heap.kernels.depthwise3x3HalvingInputGradient(...arrays, zeros);
    else heap.kernels.depthwiseInputGradient(...arrays);
    return out;
  },
};

/** What depthwise3x3.as.ts computes. */
function isThreeByThree(info: ConvolutionInfo): boolean {
  return (
    info.filterHeight === 3 &&
    info.filterWidth === 3 &&
    info.dilationHeight * info.dilationWidth === 1 &&
    info.outChannels === info.inChannels &&
    info.inChannels % 4 === 0
  );
}

function hasStrides({ strideHeight, strideWidth, padInfo }: ConvolutionInfo, stride: number): boolean {
  return strideHeight === stride && strideWidth === stride && padInfo.top >= 0 && padInfo.left >= 0;
}

/** Of the longest row of inputs or outputs. */
function rowBytes(info: ConvolutionInfo, out: readonly number[] = info.outShape): number {
  return 4 * info.inChannels * Math.max(info.inWidth, out[2] as number);
}
