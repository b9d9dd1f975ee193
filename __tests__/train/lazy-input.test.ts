import { useBackend } from '../../lib/backend/choose';
import { type LayersModel, type Tensor, tf } from '../../lib/backend/tf';
import { withLazyInput } from '../../lib/train/lazy-input';

beforeAll(() => useBackend('cpu'));

const { layers } = tf;
const seeded = (seed: number) => tf.initializers.glorotNormal({ seed });

/** What stands before the first layer that learns. */
const BEGINNINGS = {
  pictures: () => [],
  'rows that are reshaped': () => [layers.reshape({ inputShape: [36], targetShape: [6, 6, 1] })],
  'a layer that does not learn': () => [
    layers.reshape({ inputShape: [36], targetShape: [6, 6, 1] }),
    layers.layerNormalization({ axis: [1, 2, 3], trainable: false }),
  ],
};

function twoConvolutions(beginning: keyof typeof BEGINNINGS): LayersModel {
  const model = tf.sequential();
  const before = BEGINNINGS[beginning]();
  for (const layer of before) model.add(layer);
  const inputShape = before.length === 0 ? { inputShape: [6, 6, 1] } : {};
  const first = { filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' } as const;
  model.add(layers.conv2d({ ...first, ...inputShape, kernelInitializer: seeded(1) }));
  model.add(layers.conv2d({ filters: 2, kernelSize: 1, kernelInitializer: seeded(2) }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 2, kernelInitializer: seeded(3) }));
  return model;
}

function twoDense(): LayersModel {
  const model = tf.sequential();
  model.add(layers.dense({ units: 3, inputShape: [36], activation: 'tanh', kernelInitializer: seeded(1) }));
  model.add(layers.dense({ units: 2, kernelInitializer: seeded(2) }));
  return model;
}

/** Weights after two steps, and how often a kernel ran meanwhile. */
async function train(
  model: LayersModel,
  lazily: boolean,
  kernel: string,
): Promise<{ weights: number[]; runs: number }> {
  const [x, y] = [tf.randomUniform([4, 36], -1, 1, 'float32', 1), tf.ones([4, 2])];
  const pictures = model.inputs[0]?.shape.length === 4 ? tf.reshape(x, [4, 6, 6, 1]) : tf.clone(x);
  const own = tf.getKernel(kernel, 'cpu');
  let runs = 0;
  tf.unregisterKernel(kernel, 'cpu');
  tf.registerKernel({
    ...own,
    kernelFunc: (args) => {
      runs++;
      return own.kernelFunc(args);
    },
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  const training = () => model.fit(pictures, y, { epochs: 2, batchSize: 4, verbose: 0 });
  await (lazily ? withLazyInput(model, training) : training());
  tf.unregisterKernel(kernel, 'cpu');
  tf.registerKernel(own);
  const weights = model.getWeights().flatMap((weight: Tensor) => Array.from(weight.dataSync()));
  tf.dispose([x, y, pictures]);
  model.optimizer.dispose();
  model.dispose();
  return { weights, runs };
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-6);
}

test.each(Object.keys(BEGINNINGS) as (keyof typeof BEGINNINGS)[])(
  'the slopes of %s are not computed in front of a convolution, and the weights are the same',
  async (beginning) => {
    const eager = await train(twoConvolutions(beginning), false, 'Conv2DBackpropInput');
    const lazy = await train(twoConvolutions(beginning), true, 'Conv2DBackpropInput');
    expect(eager.runs).toBe(4); // two steps of two convolutions
    expect(lazy.runs).toBe(2); // of the second one alone
    expectClose(lazy.weights, eager.weights);
  },
);

test('the slopes of rows are not computed in front of a dense layer, and the weights are the same', async () => {
  const eager = await train(twoDense(), false, '_FusedMatMul');
  const lazy = await train(twoDense(), true, '_FusedMatMul');
  expect(eager.runs - lazy.runs).toBe(2);
  expectClose(lazy.weights, eager.weights);
});

test('afterwards the layer computes as its class does, after an error too', async () => {
  const model = twoConvolutions('pictures');
  const isChanged = () => model.layers.some((layer) => Object.hasOwn(layer, 'call'));
  await expect(
    withLazyInput(model, async () => {
      expect(isChanged()).toBe(true);
      throw new Error('no more');
    }),
  ).rejects.toThrow('no more');
  expect(isChanged()).toBe(false);
  model.dispose();
});
