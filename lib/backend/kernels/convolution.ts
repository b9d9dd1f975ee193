/**
 * tfjs's kernels Conv2D, Conv2DBackpropFilter and Conv2DBackpropInput. tfjs has no second one on WASM; its first one is as fast as ours but
 * for filters of 1 × 1 and pictures of one channel, and rounds the number of outputs down only; ours takes the rest.
 */

import { tf } from '../tf';
import { channelsLast } from './channels-last';
import { type Heap, heapOf, type TensorInfo } from './heap';
import type { Kernel } from './kernel';
import { FEW_ROWS } from './matmul';
import {
  type ConvolutionInfo,
  convolutionInfo,
  type ForwardArgs,
  isPixelwise,
  isWithinStock,
  type Sliding,
  type ToFilterArgs,
  type ToInputArgs,
  writeWindow,
} from './window';

interface Attrs extends Sliding {
  readonly dataFormat: 'NHWC' | 'NCHW';
}

const ROOM_BYTES = 2 ** 20; // of patches at once: half of a second-level cache
const TILE = { outputs: 4, filters: 8 }; // of gray-convolution.as.ts

export const convolutionKernel: Kernel<ForwardArgs<Attrs>> = {
  name: 'Conv2D',
  run(args) {
    const { inputs, attrs, backend } = args;
    if (attrs.dataFormat === 'NCHW') return channelsLast('Conv2D', args, ['x']);
    const info = convolutionInfo(inputs.x.shape, inputs.filter.shape, attrs);
    if (inputs.x.dtype !== 'float32' || isStocks(info)) return undefined;
    const heap = heapOf(backend);
    return convolve(heap, info, inputs.x, inputs.filter, undefined, heap.kernels.LINEAR.value);
  },
};

export const convolutionFilterGradientKernel: Kernel<ToFilterArgs<Attrs>> = {
  name: 'Conv2DBackpropFilter',
  run(args) {
    const { inputs, attrs, backend } = args;
    if (attrs.dataFormat === 'NCHW') return channelsLast('Conv2DBackpropFilter', args, ['x', 'dy'], false);
    const info = convolutionInfo(inputs.x.shape, attrs.filterShape, { ...attrs, dilations: 1 });
    const heap = heapOf(backend);
    const window = writeWindow(heap, info, inputs.dy.shape);
    const room = roomFor(heap, info);
    const out = heap.output(info.filterShape);
    heap.kernels.convolutionFilterGradient(
      ...([window, heap.at(inputs.x), heap.at(inputs.dy), heap.at(out)] as const),
      ...room,
    );
    return out;
  },
};

export const convolutionInputGradientKernel: Kernel<ToInputArgs<Attrs>> = {
  name: 'Conv2DBackpropInput',
  run(args) {
    const { inputs, attrs, backend } = args;
    if (attrs.dataFormat === 'NCHW') return channelsLast('Conv2DBackpropInput', args, ['dy']);
    const info = convolutionInfo(attrs.inputShape, inputs.filter.shape, { ...attrs, dilations: 1 });
    const heap = heapOf(backend);
    const window = writeWindow(heap, info, inputs.dy.shape);
    const room = roomFor(heap, info);
    const out = heap.output(info.inShape);
    heap.kernels.convolutionInputGradient(
      ...([window, heap.at(inputs.dy), heap.at(inputs.filter), heap.at(out)] as const),
      ...room,
    );
    return out;
  },
};

/**
 * f(x ∗ filter + bias), whatever the window.
 *
 * @param activation code of f in activations.as.ts
 */
export function convolve(
  heap: Heap,
  info: ConvolutionInfo,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: number,
): TensorInfo {
  const isOfGray = isGray(info);
  const room = isOfGray ? [heap.room(bytesOfLines(info))] : roomFor(heap, info);
  const out = heap.output(info.outShape);
  heap.kernels[isOfGray ? 'convolveGray' : 'convolve'](
    ...[writeWindow(heap, info), heap.at(x), heap.at(filter), bias ? heap.at(bias) : 0],
    ...[activation, heap.at(out), ...room],
  );
  return out;
}

/** Whether tfjs's own convolution, without activation, is right and not slower. */
export function isStocks(info: ConvolutionInfo): boolean {
  const rows = info.batchSize * info.outHeight * info.outWidth;
  return isWithinStock(info) && !isGray(info) && (!isPixelwise(info) || rows < FEW_ROWS);
}

/** Whether pictures have one channel, and there are whole tiles of outputs by filters for them. */
function isGray(info: ConvolutionInfo): boolean {
  const isTiled = info.outWidth >= TILE.outputs && info.outChannels >= TILE.filters;
  return info.inChannels === 1 && isTiled && bytesOfLines(info) <= ROOM_BYTES;
}

/** Of what a row of outputs sees of a picture with one channel. */
function bytesOfLines(info: ConvolutionInfo): number {
  return 4 * info.filterHeight * ((info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth);
}

/** Address and bytes of room for patches: at least one. */
function roomFor(heap: Heap, info: ConvolutionInfo): [number, number] {
  const patch = 4 * tf.util.sizeFromShape(info.filterShape.slice(0, 3));
  const bytes = Math.max(ROOM_BYTES, patch);
  return [heap.room(bytes), bytes];
}
