import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { type Tensor, type Tensor4D, tf } from '../../lib/backend/tf';
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

const side = fc.integer({ min: 1, max: 11 });
const tap = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(1, 3) },
  { weight: 2, arbitrary: fc.constantFrom(2, 4, 5) },
);
const channels = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(4, 8, 12, 16) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 19 }) },
);
const stride = fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.constantFrom(2, 3, 4));
const few = fc.integer({ min: 0, max: 3 });
const pad = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('same' as const, 'valid' as const) },
  { weight: 1, arbitrary: few },
  { weight: 1, arbitrary: fc.tuple(fc.tuple(few, few), fc.tuple(few, few)) },
);
const rounding = fc.constantFrom('floor' as const, 'round' as const, 'ceil' as const);

/** How a filter slides over a batch of pictures; at least one output. */
const sliding = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: side,
    width: side,
    channels,
    filterHeight: tap,
    filterWidth: tap,
    strides: fc.oneof({ weight: 2, arbitrary: stride.map((s): [number, number] => [s, s]) }, fc.tuple(stride, stride)),
    pad,
    dimRoundingMode: rounding,
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ batch, height, width, pad, dimRoundingMode, ...rest }) => ({
    ...rest,
    picture: [batch, height, width, rest.channels] as Shape,
    attrs: {
      strides: rest.strides,
      pad: Array.isArray(pad) ? [[0, 0], ...pad, [0, 0]] : pad,
      ...(typeof pad !== 'string' && { dimRoundingMode }),
    },
  }));
type Sliding = typeof sliding extends fc.Arbitrary<infer T> ? T : never;

/** The shape of the outputs; undefined where there is none. */
function outputs({ picture, attrs }: Sliding, filter: Shape, depthwise: boolean, dilations = 1): Shape | undefined {
  const { strides, pad, dimRoundingMode } = attrs as {
    strides: [number, number];
    pad: 'same';
    dimRoundingMode?: 'floor';
  };
  const info = tf.backend_util.computeConv2DInfo(picture, filter, strides, dilations, pad, dimRoundingMode, depthwise);
  return info.outShape.every((n) => n > 0) ? info.outShape : undefined;
}

test('convolutions and their gradients, however the filter slides, are those of the cpu backend', () => {
  fc.assert(
    fc.property(sliding, fc.integer({ min: 1, max: 19 }), (how, out) => {
      const filterShape: Shape = [how.filterHeight, how.filterWidth, how.channels, out];
      const outShape = outputs(how, filterShape, false);
      fc.pre(outShape !== undefined);
      const [x, filter] = [tensor(how.picture, how.seed), tensor(filterShape, how.seed + 1)];
      const dy = tensor(outShape as Shape, how.seed + 2);
      const attrs = { ...how.attrs, dataFormat: 'NHWC' };
      compare('Conv2D', { x, filter }, { ...attrs, dilations: 1 });
      compare('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape });
      compare('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: how.picture });
      tf.dispose([x, filter, dy]);
    }),
    { numRuns: 1500, seed: 1 },
  );
});

test('depthwise convolutions and their gradients, with several filters a channel too, are those of the cpu backend', () => {
  fc.assert(
    fc.property(sliding, fc.constantFrom(1, 1, 1, 2, 3), (how, multiplier) => {
      const filterShape: Shape = [how.filterHeight, how.filterWidth, how.channels, multiplier];
      const outShape = outputs(how, filterShape, true);
      fc.pre(outShape !== undefined);
      const [x, filter] = [tensor(how.picture, how.seed), tensor(filterShape, how.seed + 1)];
      const dy = tensor(outShape as Shape, how.seed + 2);
      const attrs = { ...how.attrs, dilations: [1, 1] };
      compare('DepthwiseConv2dNative', { x, filter }, attrs);
      compare('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attrs, filterShape });
      compare('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape: how.picture });
      tf.dispose([x, filter, dy]);
    }),
    { numRuns: 1500, seed: 2 },
  );
});
