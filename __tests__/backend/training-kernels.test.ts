/** Kernels that trainings of every kind use: sums of columns, the gradient of ReLU, Adam, pictures standardised, casts. */

import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { accumulated } from '../../lib/backend/kernels/accumulate';
import { adamStep } from '../../lib/backend/kernels/adam';
import { standardized } from '../../lib/backend/kernels/standardize';
import { type Tensor, tf } from '../../lib/backend/tf';
import { WORKING_BACKENDS } from '../working-backends';
import { expectClose, numbers, on, type Result } from './engines';

beforeAll(async () => {
  await useBackend('cpu');
  if (WORKING_BACKENDS.includes('tensorflow')) await useBackend('tensorflow');
  expect(await useBackend('wasm')).toMatchObject({ kernels: { variant: expect.any(String) } });
});
beforeEach(() => tf.setBackend('wasm'));

test('sums over any axes are those of the cpu backend', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 70)), { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (shape, picks, allButLast, keepDims, isWhole) => {
        const rank = shape.length;
        const axes = allButLast
          ? shape.slice(1).map((_, axis) => axis)
          : [...new Set(picks.map((pick) => pick % rank))];
        const size = tf.util.sizeFromShape(shape);
        fc.pre(axes.length > 0 && size < 1e5 && (size > 0 || (allButLast && !isWhole))); // the stock kernel divides by nothing
        const values = numbers(size, 7).map((value) => (isWhole ? Math.round(9 * value) : value));
        const x = tf.tensor(values, shape, isWhole ? 'int32' : 'float32');
        const [ours, expected] = ['wasm', 'cpu'].map((backend) => on(backend, () => tf.sum(x, axes, keepDims))) as [
          Result,
          Result,
        ];
        expect([ours.shape, ours.dtype]).toEqual([expected.shape, expected.dtype]);
        expectClose(ours.numbers, expected.numbers, 3e-8 * size + 1e-6);
        x.dispose();
      },
    ),
    { numRuns: 500, seed: 4 },
  );
});

test('a sum of a hundred thousand rows is right to five digits, where adding one after the other is to three', () => {
  const rows = 100_000;
  const x = tf.tensor2d(new Float32Array(rows * 5).fill(0.1), [rows, 5]);
  expectClose(on('wasm', () => tf.sum(x, 0)).numbers, new Float64Array(5).fill(1e4), 0.05);
  x.dispose();
});

test('the gradient of ReLU and its own are those of the cpu backend', () => {
  const values = [...numbers(1001, 9), 0, -0, 1e-40, Infinity, -Infinity];
  const upstream = tf.tensor1d(values.map((_, i) => [1, -2, 0.5, Number.NaN][i % 4] as number));
  const x = tf.tensor1d(values);
  const gradient = (of: Tensor) => tf.grad((z) => tf.relu(z))(of, upstream);
  const second = () => tf.grad((dy) => tf.mul(tf.grad((z) => tf.relu(z))(x, dy), dy))(upstream);
  for (const op of [() => gradient(x), second]) expectClose(on('wasm', op).numbers, on('cpu', op).numbers, 0);
  tf.dispose([x, upstream]);
});

test.each(WORKING_BACKENDS)(
  'on %s a step of Adam is that of its equations in double precision, and leaves the old weights as they were',
  (backend) => {
    tf.setBackend(backend);
    const before = tf.memory().numTensors;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(1, 0.99),
        fc.integer({ min: 1, max: 1e6 }),
        (count, t, shrink, seed) => {
          const [w, g, m] = [numbers(count, seed), numbers(count, seed + 1), numbers(count, seed + 2)];
          const s = numbers(count, seed + 3).map(Math.abs);
          const [beta1, beta2, eta, epsilon] = [0.9, 0.999, 0.01, 1e-8];
          const mean = Float64Array.from(m, (old, i) => beta1 * old + (1 - beta1) * (g[i] as number));
          const square = Float64Array.from(s, (old, i) => beta2 * old + (1 - beta2) * (g[i] as number) ** 2);
          const weights = Float64Array.from(w, (old, i) => {
            const [mHat, sHat] = [(mean[i] as number) / (1 - beta1 ** t), (square[i] as number) / (1 - beta2 ** t)];
            return shrink * old - (eta * mHat) / (Math.sqrt(sHat) + epsilon);
          });
          const rates = { rate: eta / (1 - beta1 ** t), correction: 1 / (1 - beta2 ** t) };
          /** The new weights, means and squares, and the old weights. */
          const step = (isShared: boolean): Float32Array[] => {
            const [weights, gradient, mean, square] = [w, g, m, s].map((values) => tf.tensor1d(values)) as [
              ...[Tensor, Tensor, Tensor, Tensor],
            ];
            const holders = isShared ? [tf.clone(gradient)] : [];
            const made = adamStep({ weights, gradient, mean, square }, { beta1, beta2, ...rates, shrink, epsilon });
            const all = [made.weights, made.mean, made.square, weights, ...holders];
            const found = all.map((tensor) => tensor.dataSync() as Float32Array);
            tf.dispose(all);
            expect([gradient, mean, square].map(({ isDisposed }) => isDisposed)).toEqual([true, true, true]);
            return found;
          };
          const found = step(false);
          expect(found[3]).toEqual(w);
          expect(step(true)).toEqual([...found, g]); // a gradient that somebody else holds stays as it is
          expectClose(found[1] as Float32Array, mean, 2e-7);
          expectClose(found[2] as Float32Array, square, 2e-7);
          for (const [i, weight] of weights.entries())
            expect(Math.abs((found[0]?.[i] as number) - weight)).toBeLessThan(
              2e-7 + 1e-5 * Math.abs(weight - (w[i] as number)),
            );
        },
      ),
      { numRuns: 200, seed: 5 },
    );
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('a step of Adam that is composed of ops takes no more than five tensors beside the four that it is given', async () => {
  tf.setBackend('cpu');
  const [weights, gradient, mean, square] = [1, 2, 3, 4].map((value) => tf.fill([1000], value)) as [
    ...[Tensor, Tensor, Tensor, Tensor],
  ];
  const before = tf.memory().numBytes;
  const rates = { beta1: 0.9, beta2: 0.999, rate: 0.1, correction: 1, shrink: 0.99, epsilon: 1e-8 };
  const { peakBytes } = await tf.profile(() => {
    const step = adamStep({ weights, gradient, mean, square }, rates);
    tf.dispose([weights, step.weights, step.mean, step.square]);
    return [];
  });
  expect(Math.floor((peakBytes - before) / 4000)).toBe(5); // the bytes left over are numbers of the equations
});

test('a sum that grows takes the place of both, and is the same on every engine', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 1, max: 1e6 }), (count, seed) => {
      const before = tf.memory().numTensors;
      const [sum, x] = [numbers(count, seed, true), numbers(count, seed + 1, true)];
      const expected = sum.map((value, i) => value + (x[i] as number));
      for (const backend of WORKING_BACKENDS)
        expectClose(on(backend, () => accumulated(tf.tensor1d(sum), tf.tensor1d(x))).numbers, expected, 0);
      expect(tf.memory().numTensors).toBe(before);
    }),
    { numRuns: 200, seed: 6 },
  );
});

test('rows are standardised as in double precision, wherever their numbers lie; a NaN spoils its own row', () => {
  fc.assert(
    fc.property(
      ...([fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 })] as const),
      ...([fc.constantFrom(0, 0.5, 100), fc.integer({ min: 1, max: 1e6 })] as const),
      (rows, columns, offset, seed) => {
        const values = numbers(rows * columns, seed).map((value) => value + offset);
        const x = tf.tensor2d(values, [rows, columns]);
        const found = on('wasm', () => standardized(x, 1e-5)).numbers;
        for (let row = 0; row < rows; row++) {
          const of = Float64Array.from(values.subarray(row * columns, (row + 1) * columns));
          const mean = of.reduce((sum, value) => sum + value, 0) / columns;
          const variance = of.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns;
          const expected = of.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
          expectClose(found.subarray(row * columns, (row + 1) * columns), expected, 2e-5 * (1 + offset));
        }
        x.dispose();
      },
    ),
    { numRuns: 300, seed: 8 },
  );
  const x = tf.tensor2d([1, Number.NaN, 1, 3], [2, 2]);
  expectClose(on('wasm', () => standardized(x, 0)).numbers, [Number.NaN, Number.NaN, -1, 1], 0);
  x.dispose();
});

test('a cast to the same type shares memory and outlives its original; to another it does not', () => {
  const x = tf.tensor1d([1.5, 2]);
  const [same, other] = [tf.cast(x, 'float32'), tf.cast(x, 'int32')];
  x.dispose();
  expect(Array.from(same.dataSync())).toEqual([1.5, 2]);
  expect(Array.from(other.dataSync())).toEqual([1, 2]);
  tf.dispose([same, other]);
});
