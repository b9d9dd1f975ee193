/** TensorFlow's own ops in the place of several of tfjs's, where tfjs-node works: they compute what tfjs composes. */

import { useBackend } from '../../lib/backend/choose';
import { accumulated } from '../../lib/backend/kernels/accumulate';
import { adamStep } from '../../lib/backend/kernels/adam';
import { batchNorm, hasBatchNorm } from '../../lib/backend/kernels/norm';
import { type Tensor, tf } from '../../lib/backend/tf';
import { WORKING_BACKENDS } from '../working-backends';
import { expectClose, numbers, onEach } from './engines';

const withTensorFlow = WORKING_BACKENDS.includes('tensorflow') ? describe : describe.skip;

withTensorFlow('on tensorflow', () => {
  beforeAll(async () => {
    await useBackend('cpu');
    await useBackend('tensorflow');
  });
  beforeEach(() => tf.setBackend('tensorflow'));

  const made = (shape: number[], seed: number) => tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);

  test.each([
    [false, [7, 5]],
    [true, [7, 5]],
    [true, [3, 4, 2, 6]],
    [false, [3, 4, 2, 6]],
    [true, [1, 3]],
  ])('batch normalisation, with a ReLU %p, of %j is that of its equations, and so are its slopes', (relu, shape) => {
    expect(hasBatchNorm()).toBe(true);
    const channels = [shape.at(-1) as number];
    const axes = shape.slice(0, -1).map((_, axis) => axis);
    const [epsilon, momentum] = [1e-3, 0.9];
    const [x, gamma, beta, dh] = [made(shape, 1), made(channels, 2), made(channels, 3), made(shape, 4)];
    const [movingMean, movingVariance] = [made(channels, 5), made(channels, 6)];

    const ours = (x: Tensor, gamma: Tensor, beta: Tensor) =>
      batchNorm({ x, gamma, beta, movingMean, movingVariance }, { epsilon, momentum, relu });
    const found = onEach('tensorflow', () => {
      const { h, movingMean, movingVariance } = ours(x, gamma, beta);
      return [
        h,
        movingMean,
        movingVariance,
        ...tf.grads((x, gamma, beta) => ours(x, gamma, beta).h)([x, gamma, beta], dh),
      ];
    });

    const composed = (x: Tensor, gamma: Tensor, beta: Tensor) => {
      const { mean, variance } = tf.moments(x, axes);
      const y = tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
      return relu ? tf.relu(y) : y;
    };
    const expected = onEach('cpu', () => {
      const { mean, variance } = tf.moments(x, axes);
      const drawn = (old: Tensor, value: Tensor) => tf.add(tf.mul(old, momentum), tf.mul(value, 1 - momentum));
      const averages = [drawn(movingMean, mean), drawn(movingVariance, variance)];
      return [composed(x, gamma, beta), ...averages, ...tf.grads(composed)([x, gamma, beta], dh)];
    });
    for (const [i, { shape, numbers }] of expected.entries()) {
      expect(found[i]?.shape).toEqual(shape);
      expectClose(found[i]?.numbers as Float32Array, numbers, 2e-5);
    }
    tf.dispose([x, gamma, beta, dh, movingMean, movingVariance]);
  });

  test.each(['relu', 'tanh'] as const)('the slope of %s is that of the cpu backend', (op) => {
    const [x, dy] = [made([301], 7), made([301], 8)];
    const slope = () => [tf.grad((z) => tf[op](z))(x, dy)];
    expectClose(
      onEach('tensorflow', slope)[0]?.numbers as Float32Array,
      onEach('cpu', slope)[0]?.numbers as Float32Array,
      1e-6,
    );
    tf.dispose([x, dy]);
  });

  test('nothing is left behind', () => {
    const [x, one] = [made([4, 3], 1), tf.ones([3])];
    const step = (x: Tensor) =>
      batchNorm(
        { x, gamma: one, beta: one, movingMean: one, movingVariance: one },
        { epsilon: 1e-3, momentum: 0.9, relu: true },
      ).h;
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) tf.tidy(() => void tf.grad(step)(x));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, one]);
  });

  const LARGE = 2 ** 16 + 3; // numbers: from 2¹⁶ on Adam is an op of TensorFlow's

  test.each([0.99, 1])(
    'a step of Adam for many weights that shrink to %p of them is that of the cpu backend',
    (shrink) => {
      const rates = { beta1: 0.9, beta2: 0.999, rate: 0.1, correction: 20, shrink, epsilon: 1e-3 };
      const [found, expected] = ['tensorflow', 'cpu'].map((backend) =>
        onEach(backend, () => {
          const [weights, gradient, mean] = [made([LARGE], 6), made([LARGE], 7), made([LARGE], 8)];
          const stepped = adamStep({ weights, gradient, mean, square: tf.abs(made([LARGE], 9)) }, rates);
          return [stepped.weights, stepped.mean, stepped.square];
        }),
      );
      for (const [i, { numbers }] of (expected ?? []).entries()) expectClose(found?.[i]?.numbers ?? [], numbers, 1e-5);
    },
  );

  test('a sum and a step of Adam change nothing that somebody else holds on to', () => {
    const before = tf.memory().numTensors;
    const [sum, x] = [made([LARGE], 1), made([LARGE], 2)];
    const [heldSum, weights, mean, square] = [
      tf.clone(sum),
      made([LARGE], 3),
      made([LARGE], 4),
      tf.tidy(() => tf.abs(made([LARGE], 5))),
    ];
    const held = [x, heldSum, weights, ...[mean, square].map((tensor) => tf.clone(tensor))];
    const values = () => held.map((tensor) => Array.from(tensor.dataSync()));
    const old = values();
    const rates = { beta1: 0.9, beta2: 0.999, rate: 1, correction: 1, shrink: 1, epsilon: 1e-8 };
    const step = adamStep({ weights, gradient: tf.clone(x), mean, square }, rates);
    tf.dispose([accumulated(sum, tf.clone(x)), step.weights, step.mean, step.square]);
    expect(values()).toEqual(old);
    tf.dispose(held);
    expect(tf.memory().numTensors).toBe(before);
  });
});
