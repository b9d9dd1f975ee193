/** The kernels of batch normalisation against their equations; and that no kernel of a training leaks or minds a growing memory. */

import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { batchNorm } from '../../lib/backend/kernels/norm';
import { type Tensor, tf } from '../../lib/backend/tf';
import { node } from '../child';
import { expectClose, numbers, onEach } from './engines';

beforeAll(async () => {
  await useBackend('cpu');
  expect(await useBackend('wasm')).toMatchObject({ kernels: { variant: expect.any(String) } });
});
beforeEach(() => tf.setBackend('wasm'));

const numbersOf = (op: () => Tensor[]) => onEach('wasm', op).map(({ numbers }) => numbers);

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
      const [h, mean, variance] = numbersOf(() => {
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
  const [mean, variance] = numbersOf(() => {
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
  const [mean, variance] = numbersOf(() => {
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
  return onEach(backend, () => tf.grads(loss)([x, gamma, beta], dh)).map(({ numbers }) => numbers);
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
    const clean = [...numbersOf(() => [normed(all.tensors, all.batch).h]), ...gradientsOn('wasm', all, dh)];
    for (const channel of [1, 5]) {
      const x = tf.tensor2d(
        Float32Array.from(all.batch.x).fill(strange, 66 * columns + channel, 66 * columns + channel + 1),
        [rows, columns],
      );
      const spoilt = { ...all, tensors: { ...all.tensors, x } };
      const found = [...numbersOf(() => [normed(spoilt.tensors, all.batch).h]), ...gradientsOn('wasm', spoilt, dh)];
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

test('where the memory ends in the middle of a kernel, what it had got is given back', () => {
  const backend = tf.backend() as unknown as {
    wasm: { _malloc(bytes: number): number };
    dataIdMap: { numDataIds(): number };
  };
  const [x, ones] = [tf.ones([6, 5]), tf.ones([5])];
  const weights = { gamma: ones, beta: ones, movingMean: ones, movingVariance: ones };
  const before = backend.dataIdMap.numDataIds();
  const malloc = backend.wasm._malloc;
  for (const granted of [0, 1, 4]) {
    let left = granted;
    backend.wasm._malloc = (bytes) => (left-- > 0 ? malloc(bytes) : 0);
    try {
      expect(() => batchNorm({ x, ...weights }, { epsilon: 1e-3, momentum: 0.9, relu: true })).toThrow(
        'no memory left',
      );
    } finally {
      backend.wasm._malloc = malloc;
    }
    expect(backend.dataIdMap.numDataIds()).toBe(before);
  }
  tf.dispose([x, ones]);
});
