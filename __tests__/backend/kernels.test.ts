import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { installKernels } from '../../lib/backend/kernels/install';
import { type Tensor, tf } from '../../lib/backend/tf';
import { node } from '../child';
import { expectClose, numbers, on, type Result } from './engines';

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});

/** What both engines make of the same op. */
function onBoth(op: () => Tensor): { ours: Result; reference: Result } {
  return { ours: on('wasm', op), reference: on('cpu', op) };
}

/** Equal shapes and types, and numbers within `tolerance` of each other; NaN and infinities in the same places. */
function expectSame({ ours, reference }: { ours: Result; reference: Result }, tolerance: number): void {
  expect(ours.shape).toEqual(reference.shape);
  expect(ours.dtype).toBe(reference.dtype);
  expectClose(ours.numbers, reference.numbers, tolerance);
}

const size = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 2, 3, 97, 101, 127, 131) },
);
const depth = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 509, 512, 513, 1031) }, // on both sides of a packed block
);
const product = fc.record({
  m: size,
  n: size,
  k: depth,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
  strange: fc.boolean(),
});

function operands({
  m,
  n,
  k,
  transposeA,
  transposeB,
  seed,
  strange,
}: typeof product extends fc.Arbitrary<infer T> ? T : never) {
  const a = tf.tensor2d(numbers(m * k, seed, strange), transposeA ? [k, m] : [m, k]);
  const b = tf.tensor2d(numbers(k * n, seed + 1, strange), transposeB ? [n, k] : [k, n]);
  return { a, b, transposeA, transposeB };
}

test('products of any sizes and transpositions are those of the cpu backend', () => {
  fc.assert(
    fc.property(product, (shape) => {
      const { a, b, transposeA, transposeB } = operands(shape);
      expectSame(
        onBoth(() => tf.matMul(a, b, transposeA, transposeB)),
        1e-6 * (shape.k + 1),
      );
      tf.dispose([a, b]);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('products with a bias and an activation are those of the cpu backend', () => {
  fc.assert(
    fc.property(
      product,
      fc.boolean(),
      fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'),
      (shape, withBias, activation) => {
        fc.pre(shape.m * shape.n * shape.k > 0);
        const { a, b, transposeA, transposeB } = operands(shape);
        const bias = withBias ? tf.tensor1d(numbers(shape.n, shape.seed + 2)) : undefined;
        const alpha = activation === 'prelu' ? tf.tensor1d(numbers(shape.n, shape.seed + 3)) : undefined;
        const act = activation as 'linear';
        expectSame(
          onBoth(() =>
            tf.fused.matMul({ a, b, transposeA, transposeB, bias, activation: act, preluActivationWeights: alpha }),
          ),
          1e-6 * (shape.k + 1),
        );
        tf.dispose([a, b, ...(bias ? [bias] : []), ...(alpha ? [alpha] : [])]);
      },
    ),
    { numRuns: 1000, seed: 2 },
  );
});

test('products in batches, one of them broadcast, are those of the matrices one by one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
      fc.constantFrom('both', 'a', 'b'),
      product,
      (batch, whole, shape) => {
        const ones = batch.map(() => 1);
        const { transposeA, transposeB, m, n, k } = shape;
        const [ofA, ofB] = [whole === 'b' ? ones : batch, whole === 'a' ? ones : batch];
        const count = (dims: number[]) => dims.reduce((product, dim) => product * dim, 1);
        const a = tf.tensor(numbers(count(ofA) * m * k, shape.seed), [...ofA, ...(transposeA ? [k, m] : [m, k])]);
        const b = tf.tensor(numbers(count(ofB) * k * n, shape.seed + 1), [...ofB, ...(transposeB ? [n, k] : [k, n])]);
        const one = (x: Tensor, of: number[], i: number) =>
          tf.reshape(
            tf.slice(tf.reshape(x, [-1, ...x.shape.slice(-2)]), [count(of) === 1 ? 0 : i, 0, 0], [1, -1, -1]),
            x.shape.slice(-2),
          );
        fc.pre(m * n * k > 0);
        const ours = on('wasm', () => tf.matMul(a, b, transposeA, transposeB));
        const reference = on('cpu', () =>
          tf.reshape(
            tf.stack(
              Array.from({ length: count(batch) }, (_, i) =>
                tf.matMul(one(a, ofA, i), one(b, ofB, i), transposeA, transposeB),
              ),
            ),
            [...batch, m, n],
          ),
        );
        expectSame({ ours, reference }, 1e-6 * (k + 1));
        tf.dispose([a, b]);
      },
    ),
    { numRuns: 500, seed: 3 },
  );
});

test.each([
  [96, 8, 512],
  [97, 513, 1025], // all larger than a packed block
  [700, 100, 1000],
  [1, 100, 9216],
])('a product of %i × %i through %i is that of the cpu backend in every transposition', (m, n, k) => {
  for (const transposeA of [false, true])
    for (const transposeB of [false, true]) {
      const { a, b } = operands({ m, n, k, transposeA, transposeB, seed: m, strange: false });
      expectSame(
        onBoth(() => tf.matMul(a, b, transposeA, transposeB)),
        1e-6 * k,
      );
      tf.dispose([a, b]);
    }
});

test('tanh and its gradients, the second one too, are those of the cpu backend', () => {
  const values = [...numbers(1001, 7), ...numbers(101, 8).map((x) => x * 12), 0, -0, 1e-30, 1e30, Infinity, -Infinity];
  const x = tf.tensor1d(values);
  const nan = tf.tensor1d([Number.NaN, 1, 2]);
  const gradient = (of: Tensor) => tf.grad((z) => tf.sum(tf.square(tf.tanh(z))))(of);
  expectSame(
    onBoth(() => tf.tanh(x)),
    4e-7,
  );
  expectSame(
    onBoth(() => tf.tanh(nan)),
    4e-7,
  );
  expectSame(
    onBoth(() => gradient(x)),
    1e-6,
  );
  expectSame(
    onBoth(() => tf.grad((z) => tf.sum(gradient(z)))(x)),
    4e-6,
  );
  tf.dispose([x, nan]);
});

test('pieces are gathered along every axis, in every type, as the cpu backend does it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.array(fc.nat(), { maxLength: 9 }),
      fc.constantFrom('float32', 'int32', 'bool'),
      (shape, axisSeed, picks, dtype) => {
        const axis = axisSeed % shape.length;
        const count = shape.reduce((product, dim) => product * dim, 1);
        const x = tf.tensor(
          Array.from(numbers(count, 5), (value) => Math.abs(Math.round(value * 100)) % (dtype === 'bool' ? 2 : 1000)),
          shape,
          dtype as 'float32',
        );
        const indices = tf.tensor1d(
          picks.map((pick) => pick % (shape[axis] as number)),
          'int32',
        );
        expectSame(
          onBoth(() => tf.gather(x, indices, axis)),
          0,
        );
        tf.dispose([x, indices]);
      },
    ),
    { numRuns: 500, seed: 4 },
  );
  tf.setBackend('wasm');
  expect(() => tf.gather(tf.tensor1d([1, 2]), [2])).toThrow('GatherV2: the index value 2 is not in [0, 1]');
});

test('a clone shares memory and outlives its original', () => {
  tf.setBackend('wasm');
  const before = tf.memory().numTensors;
  const x = tf.tensor1d([1, 2, 3]);
  const clone = tf.clone(x);
  const again = tf.clone(clone);
  x.dispose();
  clone.dispose();
  expect(Array.from(again.dataSync())).toEqual([1, 2, 3]);
  again.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('the memory may grow in the middle of a product', async () => {
  const { stdout } = await node(
    [
      '-e',
      `const { tf, useBackend } = require('facemark');
      useBackend('wasm').then(() => {
        const heap = tf.backend().wasm;
        const a = tf.fill([3000, 2], 2), b = tf.fill([2, 3000], 3);
        const before = heap.HEAPU8.length;
        const product = tf.matMul(a, b), grown = heap.HEAPU8.length > before;
        console.log(grown, tf.all(tf.equal(product, 12)).dataSync()[0]);
      });`,
    ],
    {},
  );
  expect(stdout).toBe('true 1\n');
});

test('a thousand steps of every kernel leave no byte in the heap of tfjs', () => {
  tf.setBackend('wasm');
  const x = tf.tensor2d(numbers(256 * 64, 1), [256, 64]);
  const step = () =>
    tf.tidy(() => {
      const z = tf.tanh(tf.matMul(x, x, true, false));
      tf.grad((w) => tf.sum(tf.tanh(tf.matMul(tf.gather(x, [5, 4, 3]), w as typeof z))))(z);
    });
  const { numTensors, numDataBuffers } = tf.memory();
  const heap = (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm;
  for (let i = 0; i < 20; i++) step();
  const bytes = heap.HEAPU8.length;
  for (let i = 0; i < 1000; i++) step();
  expect(heap.HEAPU8.length).toBe(bytes);
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  x.dispose();
});

test('they are installed once, however often the backend is asked for', async () => {
  expect(await useBackend('wasm')).toMatchObject({ kernels: installKernels() });
  const { kernelFunc } = tf.getKernel('Tanh', 'wasm');
  await useBackend('cpu');
  await useBackend('wasm');
  expect(tf.getKernel('Tanh', 'wasm').kernelFunc).toBe(kernelFunc);
});

test.each([
  ['tf.backend().wasm.asm = {}', 'its memory is not where it was'],
  ['tf.backend().wasm._malloc = undefined', 'it has no malloc'],
  [
    // Stands for a change that only results can show: the trial multiplies by what it has transposed.
    `const transpose = tf.getKernel('Transpose', 'wasm');
    tf.unregisterKernel('Transpose', 'wasm');
    tf.registerKernel({ ...transpose, kernelFunc: (args) => { const out = transpose.kernelFunc(args); tf.backend().typedArrayFromHeap(out)[0] += 1; return out; } })`,
    'the kernel matmul computes ',
  ],
])('where tfjs is other inside (%#), its stock kernels compute, and it is said why', async (change, whyNot) => {
  const { stdout, stderr } = await node([
    '-e',
    `const tf = require('@tensorflow/tfjs-core');
    require('@tensorflow/tfjs-backend-wasm');
    tf.setBackend('wasm').then(async () => {
      const stock = tf.getKernel('Tanh', 'wasm').kernelFunc;
      ${change};
      const { useBackend } = require('facemark');
      const { kernels } = await useBackend();
      console.log(JSON.stringify({ kernels, isStock: tf.getKernel('Tanh', 'wasm').kernelFunc === stock }));
    });`,
  ]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ kernels: { whyNot: expect.stringContaining(whyNot) }, isStock: true });
});
