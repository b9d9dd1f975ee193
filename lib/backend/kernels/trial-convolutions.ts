/** The part of the trial that convolutions and pooling stand; every sum is exact, by pencil. */

import { type Tensor, tf } from '../tf';

type Expect = (kernel: string, found: Tensor, expected: readonly number[]) => void;
type Inputs = Readonly<Record<string, Tensor>>;

/** To be called in a `tidy`; `expect` throws an Error that names the kernel. */
export function tryConvolutions(expect: Expect): void {
  const attempt = (kernel: string, inputs: Inputs, attrs: object, expected: readonly number[]) =>
    expect(kernel, tf.engine().runKernel(kernel, inputs, attrs as never) as Tensor, expected);
  tryOneFilter(attempt);
  tryPixels(attempt);
  tryGray(attempt);
  tryFourChannels(attempt);
}

type Attempt = (kernel: string, inputs: Inputs, attrs: object, expected: readonly number[]) => void;

/** A filter of 2 × 2, which sees 1 2 / 4 5, 2 3 / 5 6, 4 5 / 7 8 and 5 6 / 8 9. */
function tryOneFilter(attempt: Attempt): void {
  const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const filter = tf.tensor4d([1, 0, 0, -2], [2, 2, 1, 1]);
  const dy = tf.tensor4d([1, 0, 0, 2], [1, 2, 2, 1]);
  const sliding = { strides: [1, 1], pad: 'valid', dilations: [1, 1], dataFormat: 'NHWC' };
  const forFilter = { ...sliding, filterShape: filter.shape };
  const forInput = { ...sliding, inputShape: x.shape };
  const filterGradient = [1 + 2 * 5, 2 + 2 * 6, 4 + 2 * 8, 5 + 2 * 9];
  const inputGradient = [1, 0, 0, 0, -2 + 2, 0, 0, 0, -4];
  attempt('Conv2DBackpropFilter', { x, dy }, forFilter, filterGradient);
  attempt('Conv2DBackpropInput', { dy, filter }, forInput, inputGradient);
  attempt('DepthwiseConv2dNativeBackpropFilter', { x, dy }, forFilter, filterGradient);
  attempt('DepthwiseConv2dNativeBackpropInput', { dy, filter }, forInput, inputGradient);
  const pooling = { filterSize: 2, strides: 1, pad: 'valid' };
  attempt('MaxPoolGrad', { dy, input: x, output: dy }, pooling, [0, 0, 0, 0, 1, 0, 0, 0, 2]);
  attempt('AvgPoolGrad', { dy, input: x }, pooling, [0.25, 0.25, 0, 0.25, 0.75, 0.5, 0, 0.5, 0.5]);
}

/** 16 pixels of two channels through a filter of 1 × 1. */
function tryPixels(attempt: Attempt): void {
  const values = Array.from({ length: 16 }, (_, i) => i - 8);
  const x = tf.tensor4d(
    values.flatMap((value) => [value, 1]),
    [1, 4, 4, 2],
  );
  const filter = tf.tensor4d([2, 3], [1, 1, 2, 1]);
  const sliding = { strides: [1, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' };
  const product = values.map((value) => 2 * value + 3);
  attempt('Conv2D', { x, filter }, sliding, product);
  const shifted = product.map((value) => Math.max(0, value + 1));
  attempt('FusedConv2D', { x, filter, bias: tf.tensor1d([1]) }, { ...sliding, activation: 'relu' }, shifted);
}

/** 4 × 4 pixels of 1 through eight filters of 3 × 3 weights c: an output is c times the taps that lie in the picture. */
function tryGray(attempt: Attempt): void {
  const filters = [1, 2, 3, 4, 5, 6, 7, 8];
  const seen = [2, 3, 3, 2];
  const sums = seen.flatMap((y) => seen.flatMap((x) => filters.map((c) => x * y * c)));
  const x = tf.ones([1, 4, 4, 1]);
  const filter = tf.tile(tf.tensor4d(filters, [1, 1, 1, 8]), [3, 3, 1, 1]);
  const sliding = { strides: [1, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' };
  attempt('Conv2D', { x, filter }, sliding, sums);
  const shifted = sums.map((sum) => Math.max(0, sum - 20));
  attempt('FusedConv2D', { x, filter, bias: tf.fill([8], -20) }, { ...sliding, activation: 'relu' }, shifted);
}

/** 4 × 4 pixels of 1, four channels, through 3 × 3 weights c: an output is c times the taps that lie in the picture. */
function tryFourChannels(attempt: Attempt): void {
  const channels = [1, 2, 3, 4];
  const table = (rows: number[], columns: number[], scale: (c: number) => number) =>
    rows.flatMap((y) => columns.flatMap((x) => channels.map((c) => x * y * scale(c))));
  const x = tf.ones([1, 4, 4, 4]);
  const filter = tf.tensor4d(table([1, 1, 1], [1, 1, 1], Number), [3, 3, 4, 1]);
  for (const [stride, seen, taps, spread] of [
    [1, [2, 3, 3, 2], [3, 4, 3], [2, 3, 3, 2]],
    [2, [3, 2], [2, 2, 1], [1, 1, 2, 1]],
  ] as const) {
    const sliding = { strides: [stride, stride], pad: 'same', dilations: [1, 1] };
    const dy = tf.ones([1, seen.length, seen.length, 4]);
    const outputs = table([...seen], [...seen], Number);
    const filterGradient = table([...taps], [...taps], () => 1);
    const inputGradient = table([...spread], [...spread], Number);
    attempt('DepthwiseConv2dNative', { x, filter }, sliding, outputs);
    attempt(
      'DepthwiseConv2dNativeBackpropFilter',
      { x, dy },
      { ...sliding, filterShape: filter.shape },
      filterGradient,
    );
    attempt('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...sliding, inputShape: x.shape }, inputGradient);
  }
}
