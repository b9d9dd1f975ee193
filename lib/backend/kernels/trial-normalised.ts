/** The part of the trial that a normalised network stands: batch normalisation while it trains and while it predicts, copies, and Adam. */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../tf';
import { adamStep } from './adam';
import { batchNorm } from './norm';
import { standardized } from './standardize';

type Expect = (kernel: string, found: Tensor, expected: readonly number[]) => void;

/** To be called in a `tidy`; `expect` throws an Error that names the kernel. */
export function tryNormalised(expect: Expect): void {
  tryBatchNorm(expect);
  tryAppliedNorm(expect);
  const step = adamStep(
    { weights: tf.tensor1d([1]), gradient: tf.tensor1d([2]), mean: tf.tensor1d([4]), square: tf.tensor1d([12]) },
    { beta1: 0.5, beta2: 0.75, rate: 1, correction: 0.9, shrink: 0.5, epsilon: 0 },
  );
  expect('adam', step.weights, [-0.5]); // m = 3, s = 10, so that 0.5 − 3 / √9
}

/** (x − 1) · 6 / √(1 + 3) + 2, for each column and for each element. */
function tryAppliedNorm(expect: Expect): void {
  const x = tf.tensor2d([0, 1, 2, 3], [2, 2]);
  const expected = [-1, 2, 5, 8];
  const [one, six, two] = [1, 6, 2].map((value) => tf.fill([2], value)) as [Tensor1D, Tensor1D, Tensor1D];
  expect('norm, as it is applied', tf.batchNorm(x, one, one, two, six, 3), expected);
  const each = (values: Tensor1D) => tf.tile(tf.reshape(values, [1, 2]), [2, 1]) as Tensor2D;
  expect('norm of each element', tf.batchNorm(x, each(one), each(one), each(two), each(six), 3), expected);
  expect('tile', tf.tile(tf.tensor2d([1, 2], [2, 1]), [1, 5]), [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  expect('slice', tf.slice(x, [1, 0], [1, -1]), [2, 3]);
  expect('standardize', standardized(tf.tensor2d([1, 3, 10, 30], [2, 2]), 0), [-1, 1, -1, 1]);
}

/** Two columns, 1 ± 1 and 10 ± 1: with ε = 3 their r is ½. What is expected follows from the equations in `norm-gradient.as.ts` by pencil. */
function tryBatchNorm(expect: Expect): void {
  const [zeros, x] = [tf.zeros([2]), tf.tensor2d([0, 11, 2, 9], [2, 2])];
  const [gamma, beta] = [tf.tensor1d([4, 2]), tf.tensor1d([1, 0.5])];
  const normed = (inputs: Record<'x' | 'gamma' | 'beta', Tensor>) =>
    batchNorm({ ...inputs, movingMean: zeros, movingVariance: zeros }, { epsilon: 3, momentum: 0.5, relu: true });
  const { h, movingMean, movingVariance } = normed({ x, gamma, beta });
  expect('batch norm', h, [0, 1.5, 3, 0]);
  expect('batch norm', movingMean, [0.5, 5]);
  expect('batch norm', movingVariance, [0.5, 0.5]);
  const dh = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const gradients = tf.grads((x: Tensor, gamma: Tensor, beta: Tensor) => normed({ x, gamma, beta }).h)(
    [x, gamma, beta],
    dh,
  );
  expect('batch norm gradient', gradients[0] as Tensor, [-2.25, 0.75, 2.25, -0.75]);
  expect('batch norm gradient', gradients[1] as Tensor, [1.5, 1]);
  expect('batch norm gradient', gradients[2] as Tensor, [3, 2]);
}
