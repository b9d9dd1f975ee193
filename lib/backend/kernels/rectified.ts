/**
 * What dense and convolutional layers with a ReLU compute, max(0, x·W + b) and max(0, x ∗ W + b), in one go on the tape: it keeps one tensor of the size
 * of the outputs, and computes slopes one by one, when they are asked for. While a gradient is wanted tfjs computes product, sum and ReLU
 * one after the other, and keeps all three.
 */

import { type Tensor, type Tensor2D, type Tensor4D, tf } from '../tf';
import { reluGradKernel } from './activation-gradients';
import { hasKernel } from './kernel';

const PRODUCT = '_FusedMatMul';
const CONVOLUTION = 'FusedConv2D';

interface Layer<T extends Tensor> {
  readonly x: T;
  readonly weights: T;
  /** [units] or [filters] */
  readonly bias: Tensor;
}

/** How a filter slides. */
export interface Strides {
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same';
}

/** max(0, x·W + b) for x [n, inputs] and W [inputs, units], differentiable once, on every backend. */
export function rectifiedProduct({ x, weights, bias }: Layer<Tensor2D>): Tensor2D {
  install();
  const attrs = { transposeA: false, transposeB: false, activation: 'relu' };
  return tf.engine().runKernel(PRODUCT, { a: x, b: weights, bias }, attrs) as Tensor2D;
}

/** max(0, x ∗ W + b) for x [n, height, width, channels] and W [height, width, channels, filters], differentiable once, on every backend. */
export function rectifiedConvolution({ x, weights, bias }: Layer<Tensor4D>, strides: Strides): Tensor4D {
  install();
  const attrs = { ...strides, dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu' };
  return tf.engine().runKernel(CONVOLUTION, { x, filter: weights, bias }, attrs) as Tensor4D;
}

/** Tells tfjs's tapes how to descend. They meet the two kernels nowhere else: to them tfjs's fused ops are ops of their own. */
function install(): void {
  const outputsToSave = [true];
  if (!tf.getGradient(PRODUCT))
    tf.registerGradient({
      ...{ kernelName: PRODUCT, inputsToSave: ['a', 'b'], outputsToSave, gradFunc: throughProduct as never },
    });
  if (!tf.getGradient(CONVOLUTION))
    tf.registerGradient({
      ...{
        kernelName: CONVOLUTION,
        inputsToSave: ['x', 'filter'],
        outputsToSave,
        gradFunc: throughConvolution as never,
      },
    });
}

function throughProduct(dh: Tensor2D, [a, b, h]: [Tensor2D, Tensor2D, Tensor2D]) {
  const dz = throughRelu(h, dh);
  return {
    a: () => tf.matMul(dz, b, false, true),
    b: () => tf.matMul(a, dz, true, false),
    bias: () => tf.sum(dz, 0),
  };
}

function throughConvolution(
  dh: Tensor4D,
  [x, filter, h]: [Tensor4D, Tensor4D, Tensor4D],
  { strides, pad }: Strides & object,
) {
  const dy = throughRelu(h, dh);
  const attrs = { strides, pad, dataFormat: 'NHWC' };
  const run = (kernel: string, inputs: Record<string, Tensor>, own: object): Tensor =>
    tf.engine().runKernel(kernel, inputs, { ...attrs, ...own }) as Tensor;
  return {
    x: () => run('Conv2DBackpropInput', { dy, filter }, { inputShape: x.shape }),
    filter: () => run('Conv2DBackpropFilter', { x, dy }, { filterShape: filter.shape }),
    bias: () => tf.sum(dy, [0, 1, 2]),
  };
}

/** Slopes of the sum from those of its ReLU, which are disposed of: tfjs's tapes hold on to them to the end, and ask nobody else with them. */
function throughRelu<T extends Tensor>(h: T, dh: T): T {
  const dz = hasKernel(reluGradKernel.name)
    ? tf.engine().runKernel(reluGradKernel.name, { y: h, dy: dh })
    : tf.mul(dh, tf.step(h));
  dh.dispose();
  return dz as T;
}
