/** Layers with a ReLU in one go: what they put out, and all slopes, against tfjs's ops one after the other on cpu. */

import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { rectifiedConvolution, rectifiedProduct } from '../../lib/backend/kernels/rectified';
import { type Tensor, type Tensor2D, type Tensor4D, tf } from '../../lib/backend/tf';
import { withRectifiedLayers } from '../../lib/train/rectified-layers';
import { expectClose, numbers, onEach } from './engines';

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});

type Op = (x: Tensor, weights: Tensor, bias: Tensor) => Tensor;

/** The outputs of an op, and the slopes of its inputs, weights and biases. */
function all(backend: string, op: Op, inputs: readonly [Tensor, Tensor, Tensor]): Float32Array[] {
  return onEach(backend, () => {
    const h = op(...inputs);
    const upstream = tf.tensor(numbers(h.size, 4), h.shape);
    return [h, ...tf.grads(op as (...all: Tensor[]) => Tensor)([...inputs], upstream)];
  }).map((result) => result.numbers);
}

function expectSame(ours: Op, theirs: Op, shapes: readonly [number[], number[], number[]]): void {
  const before = tf.memory().numTensors;
  const inputs = shapes.map((shape, i) => tf.tensor(numbers(tf.util.sizeFromShape(shape), i + 1), shape)) as [
    ...[Tensor, Tensor, Tensor],
  ];
  const expected = all('cpu', theirs, inputs);
  for (const backend of ['cpu', 'wasm'])
    for (const [i, found] of all(backend, ours, inputs).entries())
      expectClose(found, expected[i] as Float32Array, 1e-4);
  tf.dispose(inputs);
  expect(tf.memory().numTensors).toBe(before);
}

const size = (max: number) => fc.integer({ min: 1, max });

test('a product of any size', () => {
  fc.assert(
    fc.property(size(40), size(30), size(20), (n, inputs, units) =>
      expectSame(
        (x, weights, bias) => rectifiedProduct({ x: x as Tensor2D, weights: weights as Tensor2D, bias }),
        (x, weights, bias) => tf.relu(tf.add(tf.matMul(x as Tensor2D, weights as Tensor2D), bias)),
        [[n, inputs], [inputs, units], [units]],
      ),
    ),
    { numRuns: 60, seed: 1 },
  );
});

test('a convolution with any window', () => {
  fc.assert(
    fc.property(
      ...([size(4), size(9), size(9), size(4), size(5), size(3), size(3)] as const),
      ...([
        fc.constantFrom<[number, number]>([1, 1], [2, 2], [1, 2]),
        fc.constantFrom('same' as const, 'valid' as const),
      ] as const),
      (n, height, width, channels, filters, tall, wide, strides, pad) => {
        fc.pre(pad === 'same' || (tall <= height && wide <= width));
        expectSame(
          (x, weights, bias) =>
            rectifiedConvolution({ x: x as Tensor4D, weights: weights as Tensor4D, bias }, { strides, pad }),
          (x, weights, bias) => tf.relu(tf.add(tf.conv2d(x as Tensor4D, weights as Tensor4D, strides, pad), bias)),
          [[n, height, width, channels], [tall, wide, channels, filters], [filters]],
        );
      },
    ),
    { numRuns: 60, seed: 2 },
  );
});

test('slopes that nobody asks for are not computed', () => {
  tf.setBackend('cpu');
  const [x, weights, bias] = [tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1]), tf.zeros([1])] as [
    Tensor4D,
    Tensor4D,
    Tensor,
  ];
  const own = tf.getKernel('Conv2DBackpropInput', 'cpu');
  tf.unregisterKernel('Conv2DBackpropInput', 'cpu');
  const window = { strides: [1, 1] as [number, number], pad: 'valid' as const };
  const slope = tf.grad((filter) => rectifiedConvolution({ x, weights: filter as Tensor4D, bias }, window))(weights);
  expect(Array.from(slope.dataSync())).toEqual([9, 9, 9, 9]); // of nine places, each with a slope of 1
  tf.registerKernel(own);
  tf.dispose([x, weights, bias, slope]);
});

const { conv2d, dense, flatten } = tf.layers;

test('of a model, the layers with a ReLU and a bias alone; afterwards, and after an error, they compute as their class does', async () => {
  const model = tf.sequential({
    layers: [
      conv2d({ filters: 2, kernelSize: 2, activation: 'relu', inputShape: [5, 5, 1], name: 'rectified' }),
      conv2d({ filters: 2, kernelSize: 2, activation: 'relu', useBias: false }),
      conv2d({ filters: 2, kernelSize: 2, activation: 'tanh' }),
      conv2d({ filters: 2, kernelSize: 2, activation: 'relu', dilationRate: 1, name: 'rectified_too' }),
      dense({ units: 3, activation: 'relu' }), // of pictures: no product of matrices
      flatten(),
      dense({ units: 3, activation: 'relu', name: 'rectified_as_well' }),
      dense({ units: 3 }),
    ],
  });
  const changed = () => model.layers.filter((layer) => Object.hasOwn(layer, 'call')).map(({ name }) => name);
  await expect(
    withRectifiedLayers(model, async () => {
      expect(changed()).toEqual(['rectified', 'rectified_too', 'rectified_as_well']);
      throw new Error('no more');
    }),
  ).rejects.toThrow('no more');
  expect(changed()).toEqual([]);
  model.dispose();
});
