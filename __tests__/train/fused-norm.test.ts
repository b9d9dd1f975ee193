/** Normalised networks: trained by the fused kernels on wasm, they become what tf.layers' own layers make of them on cpu. */

import { useBackend } from '../../lib/backend/choose';
import { type LayersModel, type SymbolicTensor, type Tensor, tf } from '../../lib/backend/tf';
import { prepare } from '../../lib/prepare/prepare';
import { withFusedNorm } from '../../lib/train/fused-norm';
import { train } from '../../lib/train/train';
import type { TrainOptions } from '../../lib/train/train-options';
import { messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(async () => {
  await useBackend('cpu');
  expect(await useBackend('wasm')).toMatchObject({ kernels: { variant: expect.any(String) } });
});
afterEach(() => jest.restoreAllMocks());

const { dense, batchNormalization, reLU, activation, add, reshape, flatten, input } = tf.layers;

const units = (count: number) =>
  dense({ units: count, useBias: false, kernelInitializer: tf.initializers.glorotNormal({ seed: count }) });
const normal = (options: object = {}) => batchNormalization({ momentum: 0.8, ...options });
const through = (x: SymbolicTensor, ...layers: { apply(x: SymbolicTensor): unknown }[]): SymbolicTensor =>
  layers.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x);

/** A network between 64 pixels and 30 coordinates. */
function network(middle: (x: SymbolicTensor) => SymbolicTensor): LayersModel {
  const x = input({ shape: [64] });
  return tf.model({ inputs: x, outputs: through(middle(x), units(30)) });
}

/** Networks; how often in a step a batch is normalised by the kernel, and how often together with a ReLU. */
const NETWORKS: Record<string, [network: () => LayersModel, fused: number, rectified: number]> = {
  'a ReLU layer on top': [() => network((x) => through(x, units(9), normal(), reLU())), 1, 1],
  'an activation layer on top': [
    () => network((x) => through(x, units(8), normal(), activation({ activation: 'relu' }))),
    1,
    1,
  ],
  'another activation on top': [
    () => network((x) => through(x, units(8), normal(), activation({ activation: 'tanh' }))),
    1,
    0,
  ],
  'a bounded ReLU on top': [() => network((x) => through(x, units(8), normal(), reLU({ maxValue: 0.5 }))), 1, 0],
  'two of them': [
    () => network((x) => through(x, units(8), normal(), reLU(), units(5), normal(), units(4), reLU())),
    2,
    1,
  ],
  'pictures of four channels': [
    () => network((x) => through(x, reshape({ targetShape: [4, 4, 4] }), normal({ epsilon: 0.01 }), reLU(), flatten())),
    ...([1, 1] as const),
  ],
  'a result that is used twice': [
    () =>
      network((x) => {
        const y = through(x, units(8), normal());
        return add().apply([y, through(y, reLU())]) as SymbolicTensor;
      }),
    ...([1, 0] as const),
  ],
  'frozen weights': [
    () => network((x) => through(x, units(8), normal({ trainable: false }), reLU())),
    ...([1, 1] as const),
  ],
  'a network within a network': [
    () =>
      network((x) => {
        const inner = input({ shape: [64] });
        return through(
          x,
          tf.model({ inputs: inner, outputs: through(inner, units(8), normal(), reLU(), units(7), normal()) }),
          reLU(),
        );
      }),
    ...([2, 1] as const),
  ],
  'regularisers and constraints': [
    () =>
      network((x) =>
        through(x, units(8), normal({ gammaRegularizer: 'l1l2', betaConstraint: tf.constraints.nonNeg() }), reLU()),
      ),
    ...([1, 1] as const),
  ],
};

const FACES = tinyFaces({ count: 30 });
const OPTIONS = { iterations: 3, batchSize: 7, momentum: 0.9, learningRate: 0.1, solver: 'batches' } as const;

async function trained(make: () => LayersModel, backend: 'cpu' | 'wasm', options: TrainOptions = OPTIONS) {
  await useBackend(backend);
  const before = tf.memory().numTensors;
  const [data, model] = [prepare(FACES), make()];
  const run = jest.spyOn(tf.engine(), 'runKernel');
  const { history } = await train(model, data, options);
  const calls = run.mock.calls.flatMap(([name, , attrs]) =>
    name === 'FacemarkBatchNorm' ? [attrs as { relu: boolean }] : [],
  );
  run.mockRestore();
  const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
  const own = model.layers.every((layer) => !Object.hasOwn(layer, 'call'));
  data.dispose();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return { weights, history, own, calls };
}

type Trained = Awaited<ReturnType<typeof trained>>;

/** Weights and errors within 5e-5 of each other. */
function expectSame(ours: Trained, stock: Trained): void {
  for (const [i, weights] of stock.weights.entries())
    for (const [j, weight] of weights.entries()) expect(ours.weights[i]?.[j]).toBeCloseTo(weight, 4);
  for (const part of ['training', 'validation'] as const)
    for (const [i, error] of stock.history[part].entries()) expect(ours.history[part][i]).toBeCloseTo(error, 4);
}

test.each(Object.entries(NETWORKS))(
  'a network with %s is trained as by the layers of tfjs',
  async (_, [make, fused, rectified]) => {
    const steps = OPTIONS.iterations * 3; // 21 training rows in batches of 7
    const [ours, stock] = [await trained(make, 'wasm'), await trained(make, 'cpu')];
    expect(stock.calls).toHaveLength(0);
    expect(ours.calls).toHaveLength(fused * steps);
    expect(ours.calls.filter(({ relu }) => relu)).toHaveLength(rectified * steps);
    expect(ours.own).toBe(true);
    expectSame(ours, stock);
    expect(await trained(make, 'wasm')).toEqual(ours); // to the last bit
  },
);

test('what a model gives out before its ReLU has not been through it', async () => {
  tf.setBackend('wasm');
  const x = input({ shape: [64] });
  const y = through(x, units(8), normal());
  const model = tf.model({ inputs: x, outputs: [y, through(y, reLU())] });
  const faces = tf.randomUniform([9, 64], 0, 1, 'float32', 1);
  const [before, after] = await withFusedNorm(
    model,
    async () => model.apply(faces, { training: true }) as [Tensor, Tensor],
  );
  const expected = before.dataSync().map((value) => Math.max(0, value));
  expect(Math.min(...before.dataSync())).toBeLessThan(-0.1);
  expect(after.dataSync()).toEqual(expected);
  tf.dispose([faces, before, after]);
  model.dispose();
});

test('full-batch descent uses the kernels, too', async () => {
  const make = () => network((x) => through(x, units(8), normal(), reLU()));
  const options = { iterations: 3, learningRate: 0.1, solver: 'fit' } as const;
  const [ours, stock] = [await trained(make, 'wasm', options), await trained(make, 'cpu', options)];
  expect([ours.calls.length, stock.calls.length]).toEqual([3, 0]);
  expectSame(ours, stock);
});

test.each([
  ['does not center', () => network((x) => through(x, units(8), normal({ center: false }), reLU()))],
  ['does not scale', () => network((x) => through(x, units(8), normal({ scale: false }), reLU()))],
  [
    'has its channels first',
    () => network((x) => through(x, reshape({ targetShape: [4, 16] }), normal({ axis: 1 }), reLU(), flatten())),
  ],
])('a layer that %s is left to tfjs, which cannot train it', async (_, make) => {
  const message = async (backend: 'cpu' | 'wasm') => {
    await useBackend(backend);
    const data = prepare(FACES);
    const model = make();
    try {
      return await messageFrom(() => train(model, data, OPTIONS));
    } finally {
      model.dispose();
      data.dispose();
    }
  };
  expect(await message('wasm')).toBe(await message('cpu'));
});

test('meanwhile predictions are made by the moving averages; afterwards, even after an error, everything is as it was', async () => {
  tf.setBackend('wasm');
  const model = network((x) => through(x, units(8), normal(), reLU()));
  const x = tf.randomUniform([5, 64]);
  const topology = JSON.stringify(model.toJSON());
  const predicted = () => Array.from((model.apply(x) as Tensor).dataSync());
  const before = predicted();
  const failing = withFusedNorm(model, async () => {
    expect(model.layers.filter((layer) => Object.hasOwn(layer, 'call'))).toHaveLength(2);
    expect(predicted()).toEqual(before);
    throw new Error('stop');
  });
  expect(await messageFrom(() => failing)).toBe('stop');
  expect(model.layers.some((layer) => Object.hasOwn(layer, 'call'))).toBe(false);
  expect(JSON.stringify(model.toJSON())).toBe(topology);
  expect(topology).toMatch(/BatchNormalization.*ReLU/);
});
