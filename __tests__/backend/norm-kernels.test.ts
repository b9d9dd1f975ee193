/** What training normalised networks adds to the kernels: batch normalisation, sums of columns, the gradient of ReLU, Adam. */

import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { adamStep } from '../../lib/backend/kernels/adam';
import { batchNorm } from '../../lib/backend/kernels/norm';
import { type Tensor, tf } from '../../lib/backend/tf';
import { node } from '../child';

beforeAll(async () => {
  await useBackend('cpu');
  expect(await useBackend('wasm')).toMatchObject({ kernels: { variant: expect.any(String) } });
});
beforeEach(() => tf.setBackend('wasm'));

/** Numbers between −1 and 1 that depend on a seed and look like nothing. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Numbers within `tolerance` of each other; NaN and infinities in the same places. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [found[i] as number, expected[i] as number];
    if (!(Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance)) throw new Error(`at ${i}: ${x} instead of ${y}`);
  }
}

function on(backend: string, op: () => Tensor[]): Float32Array[] {
  tf.setBackend(backend);
  const results = tf.tidy(op);
  const all = results.map((result) => result.dataSync() as Float32Array);
  tf.dispose(results);
  return all;
}

interface Batch {
  readonly rows: number;
  readonly columns: number;
  readonly x: ArrayLike<number>;
  readonly gamma: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
  readonly epsilon: number;
  readonly relu: boolean;
}

/** The equations in double precision, by plain sums. */
function reference({ rows, columns, x, gamma, beta, epsilon, relu }: Batch) {
  const [mean, variance] = [new Float64Array(columns), new Float64Array(columns)];
  const h = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    const column = Array.from({ length: rows }, (_, i) => x[i * columns + j] as number);
    mean[j] = column.reduce((sum, value) => sum + value, 0) / rows;
    variance[j] = column.reduce((sum, value) => sum + (value - (mean[j] as number)) ** 2, 0) / rows;
    for (const [i, value] of column.entries()) {
      const y =
        ((gamma[j] as number) * (value - (mean[j] as number))) / Math.sqrt((variance[j] as number) + epsilon) +
        (beta[j] as number);
      h[i * columns + j] = relu ? Math.max(0, y) : y;
    }
  }
  return { h, mean, variance };
}

const batch = fc.record({
  shape: fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 300 })), // rows on both sides of a strip and of a block
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 })),
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  ),
  columns: fc.oneof(fc.integer({ min: 1, max: 19 }), fc.constantFrom(4, 8, 16, 33)),
  epsilon: fc.constantFrom(1e-3, 1e-5, 0.5),
  relu: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

function made({ shape, columns, epsilon, relu, seed }: typeof batch extends fc.Arbitrary<infer T> ? T : never) {
  const rows = shape.reduce((product: number, size) => product * size, 1);
  const [x, gamma, beta] = [numbers(rows * columns, seed), numbers(columns, seed + 1), numbers(columns, seed + 2)];
  const tensors = { x: tf.tensor(x, [...shape, columns]), gamma: tf.tensor1d(gamma), beta: tf.tensor1d(beta) };
  return { batch: { rows, columns, x, gamma, beta, epsilon, relu }, tensors, dispose: () => tf.dispose(tensors) };
}

/** h, mean and variance: what a moving average with the momentum 0 becomes. */
function normed(inputs: Record<'x' | 'gamma' | 'beta', Tensor>, { epsilon, relu }: Pick<Batch, 'epsilon' | 'relu'>) {
  const zeros = tf.zeros([inputs.x.shape.at(-1) as number]);
  return batchNorm({ ...inputs, movingMean: zeros, movingVariance: zeros }, { epsilon, relu, momentum: 0 });
}

test('a batch of any shape is normalised as its equations say in double precision', () => {
  fc.assert(
    fc.property(batch, (options) => {
      const { batch, tensors, dispose } = made(options);
      const expected = reference(batch);
      const [h, mean, variance] = on('wasm', () => {
        const { h, movingMean, movingVariance } = normed(tensors, batch);
        expect(h.shape).toEqual(tensors.x.shape);
        return [h, movingMean, movingVariance];
      }) as [Float32Array, Float32Array, Float32Array];
      expectClose(mean, expected.mean, 3e-7);
      expectClose(variance, expected.variance, 3e-7);
      expectClose(h, expected.h, batch.rows > 2 ? 2e-5 : 2e-4); // two rows may be as good as equal, and r about 300
      dispose();
    }),
    { numRuns: 500, seed: 1 },
  );
});

test.each([1e2, 1e4, 1e6])('numbers about %d apart from 0 and 1 from each other keep their variance', (far) => {
  const [rows, columns] = [5000, 5];
  const x = numbers(rows * columns, 3).map((value, i) => far * ((i % columns) - 2) + value * 2);
  x.fill(0, 0, columns); // an outlier in the first row must not spoil it either
  const [gamma, beta] = [new Float32Array(columns).fill(1), new Float32Array(columns)];
  const expected = reference({ rows, columns, x, gamma, beta, epsilon: 1e-3, relu: false });
  const [mean, variance] = on('wasm', () => {
    const inputs = { x: tf.tensor2d(x, [rows, columns]), gamma: tf.tensor1d(gamma), beta: tf.tensor1d(beta) };
    const { movingMean, movingVariance } = normed(inputs, { epsilon: 1e-3, relu: false });
    return [movingMean, movingVariance];
  }) as [Float32Array, Float32Array];
  for (let j = 0; j < columns; j++) {
    expect(Math.abs((mean[j] as number) - (expected.mean[j] as number))).toBeLessThanOrEqual(2 * far * 6e-8 + 1e-7);
    expect((variance[j] as number) / (expected.variance[j] as number)).toBeCloseTo(1, 5);
  }
});

test('the moving mean and variance are drawn towards those of the batch', () => {
  const [mean, variance] = on('wasm', () => {
    const { movingMean, movingVariance } = batchNorm(
      {
        ...{ x: tf.tensor2d([1, 3], [2, 1]), gamma: tf.ones([1]), beta: tf.zeros([1]) },
        ...{ movingMean: tf.tensor1d([10]), movingVariance: tf.tensor1d([5]) },
      },
      { epsilon: 1e-3, momentum: 0.75, relu: false },
    );
    return [movingMean, movingVariance];
  });
  expect([...(mean as Float32Array), ...(variance as Float32Array)]).toEqual([8, 4]); // ¾ · 10 + ¼ · 2 and ¾ · 5 + ¼ · 1
});

/** Gradients of Σ dh ∘ h by x, γ and β. */
function gradientsOn(backend: string, { tensors, batch }: ReturnType<typeof made>, dh: Tensor): Float32Array[] {
  const { x, gamma, beta } = tensors;
  const ours = (inputs: typeof tensors): Tensor => normed(inputs, batch).h;
  const composed = ({ x, gamma, beta }: typeof tensors): Tensor => {
    const { mean, variance } = tf.moments(
      x,
      x.shape.slice(0, -1).map((_, axis) => axis),
    );
    const y = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, batch.epsilon))), gamma), beta);
    return batch.relu ? tf.relu(y) : y;
  };
  const h = backend === 'wasm' ? ours : composed;
  const loss = (x: Tensor, gamma: Tensor, beta: Tensor): Tensor => h({ x, gamma, beta } as typeof tensors);
  return on(backend, () => tf.grads(loss)([x, gamma, beta], dh));
}

test('the gradients are those that tfjs composes on the cpu backend', () => {
  fc.assert(
    fc.property(batch, (options) => {
      const all = made({ ...options, epsilon: 0.5 });
      const dh = tf.tensor(numbers(all.tensors.x.size, options.seed + 3), all.tensors.x.shape);
      const [ours, expected] = [gradientsOn('wasm', all, dh), gradientsOn('cpu', all, dh)];
      for (const [i, tolerance] of [2e-6, 1e-5, 1e-5].entries())
        expectClose(ours[i] as Float32Array, expected[i] as Float32Array, tolerance);
      all.dispose();
      dh.dispose();
    }),
    { numRuns: 500, seed: 2 },
  );
});

test('the gradients are those of differences in double precision', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 1e6 }),
      (rows, columns, relu, seed) => {
        const all = made({ shape: [rows], columns, epsilon: 0.5, relu, seed });
        const dh = numbers(rows * columns, seed + 3);
        const loss = (batch: Batch) => reference(batch).h.reduce((sum, h, i) => sum + h * (dh[i] as number), 0);
        fc.pre(reference({ ...all.batch, relu: false }).h.every((y) => Math.abs(y) > 1e-4)); // away from the bend
        const upstream = tf.tensor2d(dh, [rows, columns]);
        const gradients = gradientsOn('wasm', all, upstream);
        for (const [i, name] of (['x', 'gamma', 'beta'] as const).entries()) {
          const values = Float64Array.from(all.batch[name]);
          const slopes = values.map((value, at) => {
            const [above, below] = [value + 1e-6, value - 1e-6].map((moved) =>
              loss({ ...all.batch, [name]: values.with(at, moved) }),
            ) as [number, number];
            return (above - below) / 2e-6;
          });
          expectClose(gradients[i] as Float32Array, slopes, 1e-5);
        }
        all.dispose();
        upstream.dispose();
      },
    ),
    { numRuns: 200, seed: 3 },
  );
});

test.each([Number.NaN, Infinity, -Infinity])(
  '%d in a channel makes all of it NaN and leaves the others alone',
  (strange) => {
    const [rows, columns] = [70, 6];
    const all = made({ shape: [rows], columns, epsilon: 1e-3, relu: true, seed: 5 });
    const dh = tf.ones([rows, columns]);
    const clean = [...on('wasm', () => [normed(all.tensors, all.batch).h]), ...gradientsOn('wasm', all, dh)];
    for (const channel of [1, 5]) {
      const x = tf.tensor2d(
        Float32Array.from(all.batch.x).fill(strange, 66 * columns + channel, 66 * columns + channel + 1),
        [rows, columns],
      );
      const spoilt = { ...all, tensors: { ...all.tensors, x } };
      const found = [...on('wasm', () => [normed(spoilt.tensors, all.batch).h]), ...gradientsOn('wasm', spoilt, dh)];
      for (const [i, values] of found.slice(0, 3).entries())
        expectClose(
          values,
          (clean[i] as Float32Array).map((value, at) => (at % columns === channel ? Number.NaN : value)),
          0,
        );
      x.dispose();
    }
    dh.dispose();
    all.dispose();
  },
);

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
        const shapes = new Set<string>();
        const sum = (backend: string) =>
          on(backend, () => {
            const total = tf.sum(x, axes, keepDims);
            shapes.add(`${total.dtype} [${total.shape}]`);
            return [total];
          });
        const [ours, expected] = [sum('wasm'), sum('cpu')];
        expect(shapes.size).toBe(1);
        expectClose(ours[0] as Float32Array, expected[0] as Float32Array, 3e-8 * values.length + 1e-6);
        x.dispose();
      },
    ),
    { numRuns: 500, seed: 4 },
  );
});

test('a sum of many rows loses nothing that a column of them has', () => {
  const rows = 100_000;
  const x = tf.tensor2d(new Float32Array(rows * 5).fill(0.1), [rows, 5]);
  expectClose(on('wasm', () => [tf.sum(x, 0)])[0] as Float32Array, new Float64Array(5).fill(1e4), 0.05); // 0.1 in float32, a hundred thousand times
  x.dispose();
});

test('the gradient of ReLU and its own are those of the cpu backend', () => {
  const values = [...numbers(1001, 9), 0, -0, 1e-40, Infinity, -Infinity];
  const upstream = tf.tensor1d(values.map((_, i) => [1, -2, 0.5, Number.NaN][i % 4] as number));
  const x = tf.tensor1d(values);
  const gradient = (of: Tensor) => tf.grad((z) => tf.relu(z))(of, upstream);
  const second = () => tf.grads((z, dy) => tf.mul(tf.grad((w) => tf.relu(w))(z, dy), dy))([x, upstream]);
  expectClose(on('wasm', () => [gradient(x)])[0] as Float32Array, on('cpu', () => [gradient(x)])[0] as Float32Array, 0);
  const [ours, expected] = [on('wasm', second), on('cpu', second)];
  expectClose(ours[1] as Float32Array, expected[1] as Float32Array, 0);
  tf.dispose([x, upstream]);
});

test('a step of Adam is that of its equations in double precision, in new tensors', () => {
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
        const tensors = {
          ...{ weights: tf.tensor1d(w), gradient: tf.tensor1d(g) },
          ...{ mean: tf.tensor1d(m), square: tf.tensor1d(s) },
        };
        const rates = { rate: eta / (1 - beta1 ** t), correction: 1 / (1 - beta2 ** t) };
        const step = () =>
          on('wasm', () => {
            const made = adamStep(tensors, { beta1, beta2, ...rates, shrink, epsilon });
            return [made.weights, made.mean, made.square];
          });
        const found = step();
        expect(step()).toEqual(found); // to the last bit
        expectClose(found[1] as Float32Array, mean, 1e-7);
        expectClose(found[2] as Float32Array, square, 1e-7);
        for (const [i, weight] of weights.entries())
          expect(Math.abs((found[0]?.[i] as number) - weight)).toBeLessThan(
            2e-7 + 1e-5 * Math.abs(weight - (w[i] as number)),
          );
        for (const [name, values] of Object.entries({ weights: w, gradient: g, mean: m, square: s }))
          expect(tensors[name as 'mean'].dataSync()).toEqual(values);
        tf.dispose(tensors);
      },
    ),
    { numRuns: 200, seed: 5 },
  );
});

test('a cast to the same type shares memory and outlives its original; to another it does not', () => {
  const x = tf.tensor1d([1.5, 2]);
  const [same, other] = [tf.cast(x, 'float32'), tf.cast(x, 'int32')];
  x.dispose();
  expect(Array.from(same.dataSync())).toEqual([1.5, 2]);
  expect(Array.from(other.dataSync())).toEqual([1, 2]);
  tf.dispose([same, other]);
});

/** Runs a script in which `step(x)` uses every kernel of this file; x [rows, 5]. */
async function inChild(script: string): Promise<string> {
  const { stdout, stderr } = await node([
    '-e',
    `const { tf, useBackend } = require('./dist');
    const { batchNorm } = require('./dist/backend/kernels/norm');
    const { adamStep } = require('./dist/backend/kernels/adam');
    const step = (x) => tf.tidy(() => {
      const [ones, zeros, mean] = [tf.ones([5]), tf.zeros([5]), tf.zeros([5])];
      const h = (x, gamma, beta) =>
        batchNorm({ x, gamma, beta, movingMean: mean, movingVariance: mean }, { epsilon: 1e-3, momentum: 0.9, relu: true }).h;
      const [dx, dGamma] = tf.grads((x, gamma, beta) => tf.relu(tf.add(h(x, gamma, beta), beta)))([x, ones, zeros]);
      const rates = { beta1: 0.9, beta2: 0.999, rate: 1, correction: 1, shrink: 1, epsilon: 1e-8 };
      adamStep({ weights: ones, gradient: dGamma, mean: zeros, square: ones }, rates);
      return tf.sum(tf.cast(tf.abs(dx), 'float32'), 0).dataSync().join(' ');
    });
    useBackend('wasm').then(() => {
      const heap = tf.backend().wasm;
      ${script}
    });`,
  ]);
  expect(stderr).toBe('');
  return stdout;
}

test('a thousand steps leave no byte in the heap of tfjs', async () => {
  const found = await inChild(`
    const x = tf.randomUniform([300, 5]);
    const counts = () => [tf.memory().numTensors, tf.memory().numDataBuffers, tf.backend().dataIdMap.numDataIds(), heap.HEAPU8.length];
    for (let i = 0; i < 20; i++) step(x);
    const before = counts();
    for (let i = 0; i < 1000; i++) step(x);
    console.log(JSON.stringify([before, counts()]));
  `);
  const [before, after] = JSON.parse(found) as [number[], number[]];
  expect(before).toHaveLength(4);
  expect(after).toEqual(before);
});

test('the memory may grow in the middle of every kernel', async () => {
  const found = await inChild(`
    const x = tf.reshape(tf.tile(tf.range(0, 60), [50_000]), [600_000, 5]);
    const bytes = heap.HEAPU8.length;
    const one = step(x);
    console.log(heap.HEAPU8.length > bytes, step(x) === one);
  `);
  expect(found).toBe('true true\n');
});
