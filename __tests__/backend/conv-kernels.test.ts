import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { type Scalar, type Tensor, type Tensor4D, tf } from '../../lib/backend/tf';
import { node } from '../child';

beforeAll(async () => {
  await useBackend('cpu');
  expect(await useBackend('wasm')).toMatchObject({ kernels: { variant: expect.any(String) } });
});

type Shape = [number, number, number, number];
type Inputs = Readonly<Record<string, Tensor>>;

interface Result {
  readonly shape: number[];
  readonly numbers: ArrayLike<number>;
}

function on(backend: string, op: () => Tensor): Result {
  tf.setBackend(backend);
  const result = tf.tidy(op);
  const { shape } = result;
  const numbers = result.dataSync();
  result.dispose();
  return { shape, numbers };
}

/**
 * Equal shapes, and numbers within 3e-6 of the largest. What is not finite on the cpu backend is not finite here; here it may be more, since
 * the zeros around a picture are multiplied too, and 0 · ∞ is not a number.
 */
function expectSame(ours: Result, reference: Result, strange = false): void {
  expect(ours.shape).toEqual(reference.shape);
  const finite = Array.from(reference.numbers).filter(Number.isFinite);
  const tolerance = 3e-6 * finite.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1e-30);
  for (let i = 0; i < reference.numbers.length; i++) {
    const [x, y] = [ours.numbers[i] as number, reference.numbers[i] as number];
    if (Math.abs(x - y) <= tolerance || (strange && !Number.isFinite(x))) continue;
    throw new Error(`at ${i} of ${reference.numbers.length}: ${x} instead of ${y}`);
  }
}

/** Runs a kernel of tfjs's on both engines, over the same tensors. */
function compare(name: string, inputs: Inputs, attrs: object, strange = false): void {
  const run = () => tf.engine().runKernel(name, inputs, attrs as never) as Tensor;
  try {
    expectSame(on('wasm', run), on('cpu', run), strange);
  } catch (error) {
    const shapes = Object.entries(inputs).map(([key, { shape }]) => `${key} [${shape}]`);
    throw new Error(`${name} ${shapes.join(', ')} ${JSON.stringify(attrs)}: ${(error as Error).message}`);
  }
}

/** Numbers between −1 and 1 that depend on a seed and look like nothing. */
function tensor(shape: number[], seed: number, strange = false): Tensor {
  let state = seed * 2654435761 + 1;
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (strange && state % 97 === 0) return [Number.NaN, Infinity, -Infinity][state % 3] as number;
    return state / 2 ** 31 - 1;
  });
  return tf.tensor(values, shape);
}

const side = fc.integer({ min: 1, max: 8 });
const tap = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(1, 3) },
  { weight: 2, arbitrary: fc.constantFrom(2, 4, 5) },
);
const channels = fc.oneof(fc.constantFrom(4, 8, 12), fc.integer({ min: 1, max: 9 }));
const stride = fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.constantFrom(2, 3, 4) });
const few = fc.integer({ min: 0, max: 3 });
const pad = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('same' as const, 'valid' as const) },
  { weight: 1, arbitrary: few },
  { weight: 1, arbitrary: fc.tuple(fc.tuple(few, few), fc.tuple(few, few)) },
);
const rounding = fc.constantFrom('floor' as const, 'round' as const, 'ceil' as const);

interface Attrs {
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid' | number | [number, number][];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const anyWindow = {
  batch: fc.integer({ min: 1, max: 2 }),
  height: side,
  width: side,
  channels,
  filterHeight: tap,
  filterWidth: tap,
  strides: fc.oneof({ weight: 2, arbitrary: stride.map((s): [number, number] => [s, s]) }, fc.tuple(stride, stride)),
  pad,
  dimRoundingMode: rounding,
  seed: fc.integer({ min: 1, max: 1e6 }),
};

/** How a filter slides over a batch of pictures. */
const slidingOf = (window: typeof anyWindow) =>
  fc.record(window).map(({ batch, height, width, pad, dimRoundingMode, ...rest }) => ({
    ...rest,
    picture: [batch, height, width, rest.channels] as Shape,
    attrs: {
      strides: rest.strides,
      pad: Array.isArray(pad) ? [[0, 0], ...pad, [0, 0]] : pad,
      ...(typeof pad !== 'string' && { dimRoundingMode }),
    } as Attrs,
  }));
const sliding = slidingOf(anyWindow);
/** What networks are mostly made of, for which there are faster ways. */
const three = fc.constant(3);
const fours = fc.constantFrom(4, 8, 12);
const evenStrides = fc.constantFrom<[number, number]>([1, 1], [2, 2], [2, 2], [3, 3], [1, 2], [2, 1]);
const threeByThree = slidingOf({
  ...anyWindow,
  ...{ channels: fours, filterHeight: three, filterWidth: three, strides: evenStrides },
});
const gray = slidingOf({ ...anyWindow, channels: fc.constant(1), width: fc.integer({ min: 4, max: 16 }) });
type Sliding = typeof sliding extends fc.Arbitrary<infer T> ? T : never;

/** The shape of the outputs; undefined where there is none. */
function outputs({ picture, attrs }: Sliding, filter: Shape, depthwise: boolean, dilations = 1): Shape | undefined {
  const { strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computeConv2DInfo(
    ...([picture, filter, strides, dilations, pad as 'same', dimRoundingMode, depthwise] as const),
  );
  return info.outShape.every((n) => n > 0) ? info.outShape : undefined;
}

/** A convolution and its gradients on both engines. */
function compareConvolution(how: Sliding, out: number, strange: boolean): void {
  const filterShape: Shape = [how.filterHeight, how.filterWidth, how.channels, out];
  const outShape = outputs(how, filterShape, false);
  fc.pre(outShape !== undefined);
  const [x, filter] = [tensor(how.picture, how.seed, strange), tensor(filterShape, how.seed + 1)];
  const dy = tensor(outShape as Shape, how.seed + 2, strange);
  const attrs = { ...how.attrs, dataFormat: 'NHWC' };
  compare('Conv2D', { x, filter }, { ...attrs, dilations: 1 }, strange);
  compare('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape }, strange);
  compare('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: how.picture }, strange);
  tf.dispose([x, filter, dy]);
}

test('convolutions and their gradients, however the filter slides, are those of the cpu backend', () => {
  const out = fc.integer({ min: 1, max: 12 });
  fc.assert(fc.property(sliding, out, fc.boolean(), compareConvolution), { numRuns: 400, seed: 1 });
});

test('so are those of pictures with one channel through eight filters or more, for which there is a faster way', () => {
  const out = fc.integer({ min: 8, max: 20 });
  fc.assert(fc.property(gray, out, fc.boolean(), compareConvolution), { numRuns: 400, seed: 7 });
});

/** A depthwise convolution and its gradients on both engines. */
function compareDepthwise(how: Sliding, multiplier: number, strange: boolean): void {
  const filterShape: Shape = [how.filterHeight, how.filterWidth, how.channels, multiplier];
  const outShape = outputs(how, filterShape, true);
  fc.pre(outShape !== undefined);
  const [x, filter] = [tensor(how.picture, how.seed, strange), tensor(filterShape, how.seed + 1)];
  const dy = tensor(outShape as Shape, how.seed + 2, strange);
  const attrs = { ...how.attrs, dilations: [1, 1] };
  compare('DepthwiseConv2dNative', { x, filter }, attrs, strange);
  compare('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attrs, filterShape }, strange);
  compare('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape: how.picture }, strange);
  tf.dispose([x, filter, dy]);
}

test('depthwise convolutions and their gradients, with several filters a channel too, are those of the cpu backend', () => {
  fc.assert(fc.property(sliding, fc.constantFrom(1, 2, 3), fc.boolean(), compareDepthwise), { numRuns: 400, seed: 2 });
});

test('so are those with filters of 3 × 3 and channels in fours, for which there is a faster way', () => {
  fc.assert(fc.property(threeByThree, fc.constant(1), fc.boolean(), compareDepthwise), { numRuns: 400, seed: 6 });
});

/** A filter with zeros between its taps: what a dilation is. */
function spreadOut(filter: Tensor, dilation: number): Tensor {
  return tf.tidy(() => {
    const [height, width, ...rest] = filter.shape as Shape;
    const rows = tf.pad(tf.reshape(filter, [height, 1, width, 1, ...rest]), [
      [0, 0],
      [0, dilation - 1],
      [0, 0],
      [0, dilation - 1],
      [0, 0],
      [0, 0],
    ]);
    const all = tf.reshape(rows, [height * dilation, width * dilation, ...rest]);
    return tf.slice(all, [0, 0, 0, 0], [(height - 1) * dilation + 1, (width - 1) * dilation + 1, -1, -1]);
  });
}

test('a dilated filter is the filter with zeros between its taps, in depthwise gradients too', () => {
  fc.assert(
    fc.property(sliding, fc.constantFrom(2, 3), fc.constantFrom(1, 2), (how, dilation, multiplier) => {
      const filterShape: Shape = [how.filterHeight, how.filterWidth, how.channels, multiplier];
      const plain = { ...how, attrs: { ...how.attrs, strides: [1, 1] } } as Sliding;
      const outShape = outputs(plain, filterShape, true, dilation);
      fc.pre(outShape !== undefined);
      const [x, filter] = [tensor(how.picture, how.seed), tensor(filterShape, how.seed + 1)];
      const dy = tensor(outShape as Shape, how.seed + 2);
      const holed = spreadOut(filter, dilation);
      const dilated = { ...plain.attrs, dataFormat: 'NHWC', dilations: [dilation, dilation] };
      const still = { ...dilated, dilations: [1, 1] };
      const run = (kernel: string, inputs: Inputs, attrs: object) => () =>
        tf.engine().runKernel(kernel, inputs, attrs as never) as Tensor;
      for (const kernel of ['Conv2D', 'DepthwiseConv2dNative'])
        expectSame(
          on('wasm', run(kernel, { x, filter }, dilated)),
          on('cpu', run(kernel, { x, filter: holed }, still)),
        );
      const toInput = 'DepthwiseConv2dNativeBackpropInput';
      expectSame(
        on('wasm', run(toInput, { dy, filter }, { ...dilated, inputShape: x.shape })),
        on('cpu', run(toInput, { dy, filter: holed }, { ...still, inputShape: x.shape })),
      );
      const toFilter = 'DepthwiseConv2dNativeBackpropFilter';
      const whole = run(toFilter, { x, dy }, { ...still, filterShape: holed.shape });
      const taps = (size: number) => tf.range(0, size, 1, 'int32');
      const picked = () =>
        tf.gather(
          tf.gather(whole(), tf.mul(taps(how.filterHeight), tf.scalar(dilation, 'int32'))),
          tf.mul(taps(how.filterWidth), tf.scalar(dilation, 'int32')),
          1,
        );
      expectSame(on('wasm', run(toFilter, { x, dy }, { ...dilated, filterShape })), on('cpu', picked));
      tf.dispose([x, filter, dy, holed]);
    }),
    { numRuns: 200, seed: 3 },
  );
});

test('bias and activation that are fused to a convolution are those of the cpu backend, in either order of dimensions', () => {
  fc.assert(
    fc.property(
      sliding,
      fc.constantFrom('none', 'line', 'number', 'one') as fc.Arbitrary<'none' | 'line' | 'number' | 'one'>,
      fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'),
      fc.constantFrom('NHWC', 'NHWC', 'NCHW'),
      fc.boolean(),
      (how, biased, activation, dataFormat, strange) => {
        const out = 5;
        const filterShape: Shape = [how.filterHeight, how.filterWidth, how.channels, out];
        const outShape = outputs(how, filterShape, false);
        fc.pre(outShape !== undefined);
        const first = dataFormat === 'NCHW';
        const turn = <T>([b, h, w, c]: T[]) => (first ? [b, c, h, w] : [b, h, w, c]) as T[];
        const x = tensor(turn(how.picture), how.seed, strange);
        const filter = tensor(filterShape, how.seed + 1);
        const dy = tensor(turn(outShape as Shape), how.seed + 2);
        const bias = { none: undefined, line: tensor([out], 3), number: tensor([], 3), one: tensor([1], 3) }[biased];
        const alpha = activation === 'prelu' ? tensor([out], how.seed + 4) : undefined;
        const { pad, ...rest } = how.attrs;
        const attrs = { ...rest, pad: Array.isArray(pad) ? turn(pad) : pad, dataFormat };
        const inputs = { x, filter, ...(bias && { bias }), ...(alpha && { preluActivationWeights: alpha }) };
        const fused = { ...attrs, dilations: [1, 1], activation, leakyreluAlpha: 0.3 };
        compare('FusedConv2D', inputs, fused, strange);
        compare('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape }, strange);
        compare('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape });
        tf.dispose([x, filter, dy, bias, alpha].filter((tensor) => tensor !== undefined));
      },
    ),
    { numRuns: 500, seed: 4 },
  );
});

test('the gradients of maxima are those of the cpu backend, of several largest numbers to the first; those of means are the slopes of means', () => {
  fc.assert(
    fc.property(sliding, fc.boolean(), fc.boolean(), (how, coarse, strange) => {
      const { strides, pad, dimRoundingMode } = how.attrs;
      fc.pre(!Array.isArray(pad));
      const filterSize: [number, number] = [how.filterHeight, how.filterWidth];
      const { outShape } = tf.backend_util.computePool2DInfo(
        ...([how.picture, filterSize, strides, 1, pad as 'same', dimRoundingMode] as const),
      );
      fc.pre(outShape.every((n) => n > 0));
      const fine = tensor(how.picture, how.seed, strange);
      const input = coarse ? tf.round(fine) : tf.clone(fine);
      const dy = tensor(outShape, how.seed + 2);
      const attrs = { filterSize, ...how.attrs };
      compare('MaxPoolGrad', { dy, input, output: dy }, attrs);
      if (!strange) expectAdjoint(input as Tensor4D, dy, filterSize, how.attrs);
      tf.dispose([fine, input, dy]);
    }),
    { numRuns: 400, seed: 5 },
  );
});

/** A mean is linear in the numbers it is of, so that ⟨mean(x), dy⟩ = ⟨x, gradient(dy)⟩ for every x: the forward one of the cpu backend. */
function expectAdjoint(x: Tensor4D, dy: Tensor, filterSize: [number, number], attrs: Attrs): void {
  const { strides, pad, dimRoundingMode } = attrs;
  const means = on('cpu', () => tf.avgPool(x, filterSize, strides, pad as 'same', dimRoundingMode)).numbers;
  fc.pre(Array.from(means).every(Number.isFinite)); // the mean of nothing is no number
  const gradient = on(
    'wasm',
    () => tf.engine().runKernel('AvgPoolGrad', { dy, input: x }, { filterSize, ...attrs } as never) as Tensor,
  );
  expect(gradient.shape).toEqual(x.shape);
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  expect(dot(x.dataSync(), gradient.numbers)).toBeCloseTo(dot(means, dy.dataSync()), 4);
}

test('patches that fill more than the room, and pictures of a size that networks have, are those of the cpu backend', () => {
  for (const [picture, filterShape, strides] of [
    [[1, 40, 40, 9], [5, 5, 9, 3], 1], // several blocks of patches
    [[1, 1, 2, 30000], [3, 3, 30000, 1], 1], // a patch of 1 080 000 bytes
    [[2, 48, 48, 1], [3, 3, 1, 16], 2],
    [[1, 24, 24, 16], [1, 1, 16, 32], 1], // several blocks in the first-level cache
    [[1, 8, 8, 136], [1, 1, 136, 140], 1], // too wide to be multiplied in place
  ] as [Shape, Shape, number][]) {
    const [x, filter] = [tensor(picture, 1), tensor(filterShape, 2)];
    const { outShape } = tf.backend_util.computeConv2DInfo(picture, filterShape, strides, 1, 'same');
    const dy = tensor(outShape, 3);
    const attrs = { strides: [strides, strides], pad: 'same', dataFormat: 'NHWC' };
    compare('Conv2D', { x, filter }, { ...attrs, dilations: 1 });
    compare('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape });
    compare('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: picture });
    tf.dispose([x, filter, dy]);
  }
});

/** Mean of squares of what a small network of every kind of layer makes of a picture. */
function loss([first, depthwise, pointwise, bias, last]: Tensor[], x: Tensor4D): Scalar {
  const a = tf.tanh(tf.conv2d(x, first as Tensor4D, 2, 'same'));
  const b = tf.tanh(tf.depthwiseConv2d(a, depthwise as Tensor4D, 1, 'same'));
  const c = tf.fused.conv2d({ x: b, filter: pointwise as Tensor4D, strides: 1, pad: 'valid', bias });
  const d = tf.maxPool(tf.tanh(c), 2, 2, 'same');
  const e = tf.avgPool(tf.depthwiseConv2d(d, last as Tensor4D, [2, 2], 'same'), 2, 1, 'valid');
  return tf.mean(tf.square(e));
}

test('the gradients of a small network are the finite differences of its loss', () => {
  tf.setBackend('wasm');
  const x = tensor([2, 15, 13, 3], 1) as Tensor4D;
  const shapes = [[3, 3, 3, 4], [3, 3, 4, 1], [1, 1, 4, 8], [8], [3, 3, 8, 1]];
  const weights = shapes.map((shape, i) => tensor(shape, i + 2));
  const { grads } = tf.valueAndGrads((...all: Tensor[]) => loss(all, x))(weights);
  const step = 2 ** -7;
  for (const [i, weight] of weights.entries()) {
    const gradient = Array.from((grads[i] as Tensor).dataSync());
    const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let j = 0; j < weight.size; j += 3) {
      const at = (shift: number) =>
        tf.tidy(() => {
          const values = weight.dataSync().slice();
          values[j] = (values[j] as number) + shift;
          return loss(weights.with(i, tf.tensor(values, weight.shape)), x).dataSync()[0] as number;
        });
      const slope = (at(step) - at(-step)) / (2 * step);
      expect(Math.abs(slope - (gradient[j] as number))).toBeLessThan(0.02 * largest + 1e-5);
    }
  }
  tf.dispose([x, ...weights, ...grads]);
});

test('a gradient takes no more than 2 MiB beside its tensors, however large the batch is', () => {
  tf.setBackend('wasm');
  const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } };
  const malloc = wasm._malloc;
  const taken: number[] = [];
  wasm._malloc = (bytes) => {
    taken.push(bytes);
    return malloc(bytes);
  };
  const [x, filter] = [tf.ones([64, 48, 48, 8]), tf.ones([3, 3, 8, 8])];
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC' };
  const before = taken.length;
  const inputs = tf.engine().runKernel('Conv2DBackpropInput', { dy: x, filter }, { ...attrs, inputShape: x.shape });
  const weights = tf.engine().runKernel('Conv2DBackpropFilter', { x, dy: x }, { ...attrs, filterShape: filter.shape });
  wasm._malloc = malloc;
  const results = 4 * (x.size + filter.size); // their patches would be 40 MiB
  expect(taken.slice(before).reduce((sum, bytes) => sum + bytes, 0) - results).toBeLessThan(2 * 2 ** 20);
  tf.dispose([x, filter, inputs, weights]);
});

test('the memory may grow in the middle of a gradient', async () => {
  const { stdout } = await node(
    [
      '-e',
      `const { tf, useBackend } = require('facemark');
      useBackend('wasm').then(() => {
        const heap = tf.backend().wasm;
        const filter = tf.ones([1, 3, 1, 1]), dy = tf.ones([1, 3000, 3000, 1]);
        const before = heap.HEAPU8.length;
        const dx = tf.engine().runKernel('Conv2DBackpropInput', { dy, filter }, { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', inputShape: dy.shape });
        console.log(heap.HEAPU8.length > before, tf.min(dx).dataSync()[0], tf.max(dx).dataSync()[0]);
      });`,
    ],
    {},
  );
  expect(stdout).toBe('true 2 3\n');
});

test('a hundred steps of every kernel leave no byte in the heap of tfjs', () => {
  tf.setBackend('wasm');
  const x = tensor([4, 15, 13, 3], 1) as Tensor4D;
  const weights = [[3, 3, 3, 4], [3, 3, 4, 1], [1, 1, 4, 8], [8], [3, 3, 8, 1]].map((shape, i) => tensor(shape, i + 2));
  const turned = tf.transpose(x, [0, 3, 1, 2]);
  const backend = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array }; dataIdMap: { numDataIds(): number } };
  const step = () =>
    tf.tidy(() => {
      tf.valueAndGrads((...all: Tensor[]) => loss(all, x))(weights);
      const [filter, , , , bias] = weights as [Tensor4D, Tensor, Tensor, Tensor, Tensor];
      const inputs = { x: turned, filter, bias: tf.slice(tf.reshape(bias, [-1]), [0], [4]) };
      const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NCHW', dilations: [1, 1], activation: 'relu' };
      tf.engine().runKernel('FusedConv2D', inputs, attrs);
    });
  for (let i = 0; i < 10; i++) step();
  const before = { ...tf.memory(), ids: backend.dataIdMap.numDataIds(), bytes: backend.wasm.HEAPU8.length };
  for (let i = 0; i < 100; i++) step();
  expect({ ...tf.memory(), ids: backend.dataIdMap.numDataIds(), bytes: backend.wasm.HEAPU8.length }).toEqual(before);
  tf.dispose([x, turned, ...weights]);
});

test('a gradient of another shape than the outputs is refused by name', () => {
  tf.setBackend('wasm');
  const [x, dy] = [tf.ones([1, 4, 4, 3]), tf.ones([1, 4, 4, 5])];
  const attrs = { strides: [1, 1], pad: 'same', dilations: [1, 1], filterShape: [3, 3, 3, 1] };
  const backend = tf.backend() as unknown as { dataIdMap: { numDataIds(): number } };
  const before = backend.dataIdMap.numDataIds();
  for (const [kernel, inputs, more] of [
    ['Conv2DBackpropFilter', { x, dy }, { filterShape: [3, 3, 3, 3], dataFormat: 'NHWC' }],
    ['Conv2DBackpropInput', { dy, filter: x }, { inputShape: [1, 4, 4, 4], dataFormat: 'NHWC' }],
    ['DepthwiseConv2dNativeBackpropFilter', { x, dy }, {}],
    ['DepthwiseConv2dNativeBackpropInput', { dy, filter: x }, { inputShape: [1, 4, 4, 4] }],
    ['AvgPoolGrad', { dy, input: x }, { filterSize: 1, strides: 1, pad: 'same' }],
  ] as [string, Inputs, object][])
    expect(() => tf.engine().runKernel(kernel, inputs, { ...attrs, ...more })).toThrow(
      /^the gradient of 1 pictures with (3|12) channels has the shape \[1,4,4,5\]$/,
    );
  expect(backend.dataIdMap.numDataIds()).toBe(before);
  tf.dispose([x, dy]);
});

test('a filter that does not fit into the picture is refused by its size', () => {
  tf.setBackend('wasm');
  const [x, filter] = [tf.ones([1, 3, 4, 4]), tf.ones([3, 3, 4, 1])] as [Tensor4D, Tensor4D];
  const message = (reach: string, picture: string) =>
    `a filter that reaches over ${reach} pixels does not fit into a picture of ${picture}, padding included`;
  expect(() => tf.conv2d(x, filter, 1, 'valid', 'NHWC', 4)).toThrow(message('9 × 9', '3 × 4'));
  expect(() =>
    tf.depthwiseConv2d(
      x,
      filter,
      1,
      [
        [0, 0],
        [0, 2],
        [0, 0],
        [0, 0],
      ],
      'NHWC',
      4,
    ),
  ).toThrow(message('9 × 9', '5 × 4'));
  tf.dispose([x, filter]);
});
