import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { convolutionKernel, convolve } from '../../lib/backend/kernels/convolution';
import { fusedConvolutionKernel } from '../../lib/backend/kernels/fused-convolution';
import { Heap, heapOf, type KernelExports, type TensorInfo, type WasmBackend } from '../../lib/backend/kernels/heap';
import { VARIANTS } from '../../lib/backend/kernels/wasm-module';
import { convolutionInfo } from '../../lib/backend/kernels/window';
import { type Tensor, tf } from '../../lib/backend/tf';
import { ROOT } from '../child';
import { numbers } from './engines';

let backend: WasmBackend;
/** Both variants over the memory of tfjs, or one where the engine has no relaxed SIMD. */
let heaps: Heap[];

beforeAll(async () => {
  await useBackend('wasm');
  backend = tf.backend() as unknown as WasmBackend;
  heaps = VARIANTS.flatMap((variant) => {
    const bytes = readFileSync(join(ROOT, `dist/backend/kernels/kernels.${variant}.wasm`));
    if (!WebAssembly.validate(bytes)) return [];
    const memory = backend.wasm.asm?.memory as WebAssembly.Memory;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    return [new Heap(backend, exports as unknown as KernelExports, variant)];
  });
  expect(heaps.map(({ variant }) => variant)).toContain(heapOf(backend).variant);
});

/** The numbers of a result, which is disposed of. */
function take(result: TensorInfo): Float32Array {
  const values = Float32Array.from(backend.readSync(result.dataId) as Float32Array);
  backend.disposeData(result.dataId);
  return values;
}

interface Behind {
  readonly kernelFunc: (args: object) => TensorInfo;
}

/** What tfjs's own kernel, the one behind ours, makes of a convolution with a bias. */
function stock(inputs: Readonly<Record<string, Tensor | undefined>>, attrs: object): Float32Array {
  const ours = tf.getKernel('FusedConv2D', 'wasm').kernelFunc as unknown as Record<symbol, Behind>;
  const { kernelFunc } = ours[Symbol.for('facemark.stock-kernel')] as Behind;
  return take(kernelFunc({ inputs, backend, attrs: { ...attrs, activation: 'linear', dataFormat: 'NHWC' } }));
}

/** Not even the sign of a zero may differ. */
function expectBits(found: Float32Array, expected: Float32Array): void {
  expect(found.length).toBe(expected.length);
  const at = found.findIndex((value, i) => !Object.is(value, expected[i]));
  if (at >= 0) throw new Error(`at ${at} of ${found.length}: ${found[at]} instead of ${expected[at]}`);
}

const small = fc.integer({ min: 1, max: 3 });
const pair = fc.oneof(
  small.map((n): [number, number] => [n, n]),
  fc.tuple(small, small),
);

/** Pictures of one channel, a filter and a bias, of which some have zeros, NaN and infinities among them. */
const convolutions = fc
  .record({
    shape: fc.tuple(small, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 4, max: 40 }), fc.constant(1)),
    taps: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    filters: fc.oneof(fc.constantFrom(8, 16, 32), fc.integer({ min: 8, max: 27 })),
    strides: pair,
    dilations: pair,
    pad: fc.constantFrom('same' as const, 'valid' as const),
    biased: fc.boolean(),
    strange: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .filter(({ strides, dilations }) => Math.max(...strides) === 1 || Math.max(...dilations) === 1);

test("pictures of one channel come through eight filters or more bit by bit as through tfjs's own kernel, in either variant", () => {
  let taken = 0;
  fc.assert(
    fc.property(convolutions, ({ shape, taps, filters, strides, dilations, pad, biased, strange, seed }) => {
      const filterShape = [...taps, 1, filters];
      const sliding = { strides, dilations, pad };
      const { outWidth, outHeight, padInfo, ...rest } = tf.backend_util.computeConv2DInfo(
        ...([shape as [number, number, number, number], filterShape as never, strides, dilations, pad] as const),
      );
      fc.pre(outHeight > 0 && outWidth >= 4);
      fc.pre(pad === 'valid' || (outHeight - 1) * strides[0] + rest.effectiveFilterHeight >= shape[1]); // tfjs's is wrong there
      fc.pre(pad === 'valid' || (outWidth - 1) * strides[1] + rest.effectiveFilterWidth >= shape[2]);
      const values = (of: number[], salt: number) => {
        const all = numbers(tf.util.sizeFromShape(of), seed + salt, strange);
        return tf.tensor(strange ? all.map((value, i) => (i % 5 === 0 ? Math.sign(value) * 0 : value)) : all, of);
      };
      const [x, filter] = [values(shape, 0), values(filterShape, 1)];
      const bias = biased ? values([filters], 2) : undefined;
      const expected = stock({ x, filter, bias }, sliding);
      const info = convolutionInfo(shape, filterShape, sliding);
      for (const heap of heaps) {
        const { LINEAR, RELU } = heap.kernels;
        expectBits(take(convolve(heap, info, x, filter, bias, LINEAR.value)), expected);
        const rectified = expected.map((sum) => Math.max(0, sum));
        expectBits(take(convolve(heap, info, x, filter, bias, RELU.value)), rectified);
      }
      taken++;
      tf.dispose([x, filter, ...(bias ? [bias] : [])]);
    }),
    { numRuns: 500, seed: 1 },
  );
  expect(taken).toBe(500);
});

test('fewer than eight filters or four outputs in a row are left to tfjs, and so are pictures of more channels', () => {
  const attrs = {
    strides: [1, 1] as [number, number],
    dilations: 1,
    pad: 'valid' as const,
    dataFormat: 'NHWC' as const,
  };
  const isOurs = (width: number, channels: number, filters: number) => {
    const inputs = { x: tf.ones([1, 9, width, channels]), filter: tf.ones([3, 3, channels, filters]) };
    const results = [convolutionKernel, fusedConvolutionKernel].map(({ run }) =>
      run({ inputs, attrs, backend } as never),
    ) as (TensorInfo | undefined)[];
    for (const result of results) if (result) backend.disposeData(result.dataId);
    tf.dispose(Object.values(inputs));
    return results.map((result) => result !== undefined);
  };
  expect(isOurs(6, 1, 8)).toEqual([true, true]);
  expect(isOurs(5, 1, 8)).toEqual([false, false]);
  expect(isOurs(6, 1, 7)).toEqual([false, false]);
  expect(isOurs(6, 2, 8)).toEqual([false, false]);
});

test('a convolution of pictures with one channel takes the lines that a row of outputs sees beside its result, however large the batch', () => {
  const [x, filter] = [tf.ones([16, 96, 96, 1]), tf.ones([3, 3, 1, 16])];
  const info = convolutionInfo(x.shape, filter.shape, { strides: 2, pad: 'same' });
  const malloc = backend.wasm._malloc as (bytes: number) => number;
  for (const heap of heaps) {
    const taken: number[] = [];
    const counting = (bytes: number) => {
      taken.push(bytes);
      return malloc(bytes);
    };
    const before = { ...tf.memory() };
    const fresh = new Heap(backend, heap.kernels, heap.variant);
    Object.assign(backend.wasm, { _malloc: counting });
    const out = convolve(fresh, info, x, filter, undefined, heap.kernels.LINEAR.value);
    Object.assign(backend.wasm, { _malloc: malloc });
    // 3 lines of 97 float32, with which the filter reaches one pixel over the edge, aligned to 16; 16 × 48 × 48 outputs through 16 filters
    expect(taken.sort((a, b) => a - b)).toEqual([4 * 3 * 97 + 16, 4 * 16 * 48 * 48 * 16]);
    backend.disposeData(out.dataId);
    expect(tf.memory()).toEqual(before);
  }
  tf.dispose([x, filter]);
});
