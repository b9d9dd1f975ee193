/** How a filter slides, as the kernels are told it: tfjs's reading of strides, padding and rounding, written as the structure of window.as.ts. */

import { tf } from '../tf';
import type { Heap, TensorInfo, WasmBackend } from './heap';

export type ConvolutionInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** The attributes of tfjs's kernels that say how a filter slides. */
export interface Sliding {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  readonly dilations?: number | [number, number] | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** What tfjs gives the kernel of a convolution. */
export interface ForwardArgs<Attrs extends Sliding> {
  readonly inputs: { readonly x: TensorInfo; readonly filter: TensorInfo };
  readonly attrs: Attrs;
  readonly backend: WasmBackend;
}

/** The same of its gradient by the filter. */
export interface ToFilterArgs<Attrs extends Sliding> {
  readonly inputs: { readonly x: TensorInfo; readonly dy: TensorInfo };
  readonly attrs: Attrs & { readonly filterShape: number[] };
  readonly backend: WasmBackend;
}

/** The same of its gradient by the input. */
export interface ToInputArgs<Attrs extends Sliding> {
  readonly inputs: { readonly dy: TensorInfo; readonly filter: TensorInfo };
  readonly attrs: Attrs & { readonly inputShape: number[] };
  readonly backend: WasmBackend;
}

/**
 * How a filter slides over pictures [batch, height, width, channels].
 *
 * @throws Error where the filter does not fit: tfjs computes a negative number of outputs then, and goes on with it
 */
export function convolutionInfo(x: number[], filter: number[], sliding: Sliding, depthwise = false): ConvolutionInfo {
  const { strides, pad, dilations, dimRoundingMode } = sliding;
  type Shape = [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(
    ...([x as Shape, filter as Shape, strides, dilations ?? 1, pad, dimRoundingMode, depthwise] as const),
  );
  if (info.outHeight >= 0 && info.outWidth >= 0) return info;
  const [top, left, bottom, right] = [info.padInfo.top, info.padInfo.left, info.padInfo.bottom, info.padInfo.right];
  throw new Error(
    `a filter that reaches over ${info.effectiveFilterHeight} × ${info.effectiveFilterWidth} pixels does not fit into a picture of ` +
      `${info.inHeight + top + bottom} × ${info.inWidth + left + right}, padding included`,
  );
}

/**
 * Writes the window of a kernel that is called next, and returns its address.
 *
 * @param out shape of the outputs, or of their gradients: tfjs forgets how it rounded on the way back, so that theirs is what counts
 */
export function writeWindow(heap: Heap, info: ConvolutionInfo, out: readonly number[] = info.outShape): number {
  expectOutputs(info, out);
  return heap.write([
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...(out.slice(1) as [number, number, number]),
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
  ]);
}

/** The window from the gradients of outputs to those of inputs, where strides are 1: the filter turned by 180°. */
export function writeTurnedWindow(heap: Heap, info: ConvolutionInfo, out: readonly number[]): number {
  expectOutputs(info, out);
  const { top, left } = info.padInfo;
  return heap.write([
    ...[info.batchSize, ...(out.slice(1) as [number, number, number])],
    ...[info.inHeight, info.inWidth, info.inChannels],
    ...[info.filterHeight, info.filterWidth, 1, 1],
    ...[1, 1, info.filterHeight - 1 - top, info.filterWidth - 1 - left],
  ]);
}

/** tfjs does not check it, and the kernels would read what is not theirs. */
function expectOutputs({ batchSize, outChannels }: ConvolutionInfo, out: readonly number[]): void {
  if (out.length === 4 && out[0] === batchSize && out[3] === outChannels) return;
  throw new Error(`the gradient of ${batchSize} pictures with ${outChannels} channels has the shape [${out}]`);
}

/** Whether every output looks at its own pixel alone: a convolution that is a product of matrices as it stands. */
export function isPixelwise(info: ConvolutionInfo): boolean {
  return (
    info.filterHeight * info.filterWidth === 1 &&
    info.strideHeight * info.strideWidth === 1 &&
    info.inHeight === info.outHeight &&
    info.inWidth === info.outWidth &&
    info.padInfo.top === 0 &&
    info.padInfo.left === 0
  );
}

/**
 * Whether tfjs's own kernels are right about a window. They round the number of outputs down always, and have a negative padding, which wraps
 * around, for `same` where a stride steps over more pixels at the end than the filter reaches.
 */
export function isWithinStock(info: ConvolutionInfo): boolean {
  const { type, top, bottom, left, right } = info.padInfo;
  const isRight = (size: number, padding: number, reach: number, stride: number, outputs: number) =>
    type === 'SAME'
      ? (outputs - 1) * stride + reach >= size
      : outputs === Math.floor((size + padding - reach) / stride) + 1;
  return (
    tf.util.sizeFromShape(info.outShape) > 0 &&
    isRight(info.inHeight, top + bottom, info.effectiveFilterHeight, info.strideHeight, info.outHeight) &&
    isRight(info.inWidth, left + right, info.effectiveFilterWidth, info.strideWidth, info.outWidth)
  );
}
