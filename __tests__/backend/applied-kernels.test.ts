/** Kernels that a network needs most when it predicts: normalisation as it is applied, tiles, slices. */

import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { type Tensor1D, type Tensor2D, tf } from '../../lib/backend/tf';
import { expectClose, numbers, on, type Result } from './engines';

beforeAll(async () => {
  await useBackend('cpu');
  expect(await useBackend('wasm')).toMatchObject({ kernels: { variant: expect.any(String) } });
});
beforeEach(() => tf.setBackend('wasm'));

const both = (op: Parameters<typeof on>[1]) => [on('wasm', op), on('cpu', op)] as [Result, Result];
const sizes = (least: number) =>
  fc.array(fc.oneof(fc.integer({ min: least, max: 7 }), fc.constant(33)), { minLength: 1, maxLength: 4 });

test('tiles are those of the cpu backend, along one axis and along several', () => {
  fc.assert(
    fc.property(
      sizes(1),
      fc.array(fc.constantFrom(1, 1, 1, 2, 5, 17), { minLength: 4, maxLength: 4 }),
      fc.boolean(),
      (shape, all, whole) => {
        const reps = shape.map((_, axis) => all[axis] as number);
        fc.pre(tf.util.sizeFromShape(shape) * tf.util.sizeFromShape(reps) < 2e4);
        const values = numbers(tf.util.sizeFromShape(shape), 3, true);
        const x = tf.tensor(
          whole ? Int32Array.from(values, (value) => 9 * value) : values,
          shape,
          whole ? 'int32' : 'float32',
        );
        const [ours, expected] = both(() => tf.tile(x, reps));
        expect([ours.shape, ours.dtype]).toEqual([expected.shape, expected.dtype]);
        expectClose(ours.numbers, expected.numbers, 0);
        x.dispose();
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

test('slices are those of the cpu backend, in one piece or not', () => {
  fc.assert(
    fc.property(sizes(1), fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 4, maxLength: 4 }), (shape, all) => {
      const begin = shape.map((size, axis) => (all[axis]?.[0] as number) % size);
      const size = shape.map((size, axis) => (all[axis]?.[1] as number) % (size - (begin[axis] as number) + 1));
      const x = tf.tensor(numbers(tf.util.sizeFromShape(shape), 5, true), shape);
      const [ours, expected] = both(() => tf.slice(x, begin, size));
      expect([ours.shape, ours.dtype]).toEqual([expected.shape, expected.dtype]);
      expectClose(ours.numbers, expected.numbers, 0);
      x.dispose();
    }),
    { numRuns: 150, seed: 2 },
  );
});

test('a slice of more than there is is refused as on the cpu backend', () => {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  for (const backend of ['cpu', 'wasm'])
    expect(() => on(backend, () => tf.slice(x, [1, 0], [3, 2]))).toThrow(
      'Error in slice2D: begin[0] + size[0] (4) would overflow input.shape[0] (2)',
    );
  x.dispose();
});

test('a tensor of more bytes than WebAssembly has addresses is refused', () => {
  const x = tf.ones([2 ** 20]);
  expect(() => tf.tile(x, [2 ** 12])).toThrow(`no memory left for a tensor of the shape [${2 ** 32}]`);
  x.dispose();
});

test('texts are sliced, too', () => {
  const x = tf.tensor1d(['a', 'b', 'c']);
  expect(Array.from(tf.slice(x, [1], [2]).dataSync() as unknown as string[])).toEqual(['b', 'c']);
});

test('a norm is applied as the cpu backend does, by channel and by element, with and without scale and offset', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(128)),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(1e-3, 1e-5),
      (rows, columns, each, hasScale, hasOffset, epsilon) => {
        const shape: [number, number] = each ? [rows, columns] : [1, columns];
        const made = (seed: number, positive = false) => {
          const values = numbers(shape[0] * columns, seed).map((value) => (positive ? value * value + 0.01 : value));
          return (each ? tf.tensor2d(values, shape) : tf.tensor1d(values)) as Tensor2D & Tensor1D;
        };
        const x = tf.tensor2d(numbers(rows * columns, 1), [rows, columns]);
        const [mean, variance, scale, offset] = [made(2), made(3, true), made(4), made(5)];
        const [ours, expected] = both(() =>
          tf.batchNorm(x, mean, variance, hasOffset ? offset : undefined, hasScale ? scale : undefined, epsilon),
        );
        expect(ours.shape).toEqual(expected.shape);
        expectClose(ours.numbers, expected.numbers, 2e-5);
        tf.dispose([x, mean, variance, scale, offset]);
      },
    ),
    { numRuns: 200, seed: 3 },
  );
});

test('strange numbers come through a norm', () => {
  const x = tf.tensor2d([Number.NaN, Infinity, -Infinity, 1, 2, 3], [3, 2]);
  const [zero, one] = [tf.zeros([2]), tf.ones([2])] as [Tensor1D, Tensor1D];
  expectClose(
    ...(both(() => tf.batchNorm(x, zero, one, zero, one, 0)).map(({ numbers }) => numbers) as [
      Float32Array,
      Float32Array,
    ]),
    1e-6,
  );
  tf.dispose([x, zero, one]);
});

test('nothing is left on the heap', () => {
  const x = tf.tensor2d(numbers(12, 1), [3, 4]);
  const ones = tf.ones([4]) as Tensor1D;
  const before = [tf.memory().numTensors, tf.memory().numDataBuffers];
  for (let i = 0; i < 10; i++)
    tf.dispose(tf.tidy(() => tf.slice(tf.tile(tf.batchNorm(x, ones, ones, ones, ones), [1, 3]), [1, 0], [1, -1])));
  expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before);
  tf.dispose([x, ones]);
});
