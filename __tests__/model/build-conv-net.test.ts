import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { type Tensor, tf } from '../../lib/backend/tf';
import { buildConvNet } from '../../lib/model/build-conv-net';
import { countTrainable, multiplyAdds, networkName } from '../../lib/model/describe';
import { buildNetwork, checkNetworkOptions } from '../../lib/model/networks';
import { loadPredictor, saveBundle } from '../../lib/predict/bundle';
import { createPredictor } from '../../lib/predict/predictor';
import { prepare } from '../../lib/prepare/prepare';
import { train } from '../../lib/train/train';
import { emptyFolder } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

test('the compact network has 75 thousand weights and 3.6 million multiply-adds', () => {
  const model = buildConvNet();
  expect(networkName(model)).toBe(
    '9216-standardized-conv(16)/2-separable(32)/2-separable(32)-separable(64)/2-separable(64)-separable(128)/2-separable(128)-conv(32)-30(linear)',
  );
  // By pencil: of the prototype's 75,742 weights 2·(16 + 32 + 32 + 64 + 64 + 128) are gone, the normalisations inside of the pairs.
  expect(countTrainable(model)).toBe(75_742 - 2 * 336);
  const pairs = [
    [16, 32, 24],
    [32, 32, 24],
    [32, 64, 12],
    [64, 64, 12],
    [64, 128, 6],
    [128, 128, 6],
  ] as const;
  const inPairs = pairs.reduce((sum, [before, after, side]) => sum + side ** 2 * before * (9 + after), 0);
  expect(multiplyAdds(model)).toBe(48 ** 2 * 9 * 16 + inPairs + 6 ** 2 * 128 * 32 + 6 ** 2 * 32 * 30);
  model.dispose();
  const wider = buildConvNet({ channels: 24 });
  expect(countTrainable(wider)).toBe(120_494 - 2 * 504);
  wider.dispose();
});

test('the classic network has 8 million weights and 44 million multiply-adds', () => {
  const model = buildConvNet({ kind: 'classic' });
  expect(networkName(model)).toBe(
    '9216-standardized-conv(32)-pool-conv(64)-pool-conv(128)-pool-500(relu)-500(relu)-30(linear)',
  );
  // By pencil: 94² places of 9·32, 46² of 4·32·64, 22² of 4·64·128, then 15488·500 + 500·500 + 500·30.
  expect(multiplyAdds(model)).toBe(94 ** 2 * 288 + 46 ** 2 * 8192 + 22 ** 2 * 32_768 + 15_488 * 500 + 250_000 + 15_000);
  expect(countTrainable(model)).toBe(288 + 32 + 8192 + 64 + 32_768 + 128 + 7_744_500 + 250_500 + 15_030);
  model.dispose();
});

test.each([
  ['compact', 96, 96],
  ['compact', 13, 7],
  ['compact', 1, 1],
  ['classic', 96, 96],
  ['classic', 12, 15],
] as const)('the %s network takes pictures of %d×%d', (kind, width, height) => {
  const model = buildConvNet({ kind, width, height, outputs: 6, channels: 4 });
  const outputs = tf.tidy(() => {
    const pictures = tf.randomUniform([2, width * height], 0, 1, 'float32', 1);
    return Array.from((model.predict(pictures) as Tensor).dataSync());
  });
  expect(outputs).toEqual(new Array(12).fill(0)); // it starts at the mean face
  model.dispose();
});

test('each picture is standardised by itself, so that light changes nothing', () => {
  const model = buildConvNet({ width: 8, height: 8, outputs: 2, channels: 2 });
  const layer = model.getLayer('standardize');
  const rows = tf.tidy(() => {
    const dark = tf.tensor2d(
      Array.from({ length: 64 }, (_, i) => (i % 7) / 20),
      [1, 64],
    );
    const bright = tf.add(tf.mul(dark, 2.5), 0.1);
    const flat = tf.fill([1, 64], 0.3);
    return (layer.apply(tf.concat([dark, bright, flat])) as Tensor).arraySync() as number[][];
  });
  const [dark, bright, flat] = rows as [number[], number[], number[]];
  expect(Math.max(...dark.map((value, i) => Math.abs(value - (bright[i] as number))))).toBeLessThan(0.01);
  expect(dark.reduce((sum, value) => sum + value, 0) / 64).toBeCloseTo(0, 5);
  expect(dark.reduce((sum, value) => sum + value * value, 0) / 64).toBeCloseTo(1, 2);
  expect(Math.max(...flat.map(Math.abs))).toBeLessThan(1e-4);
  model.dispose();
});

test('one seed gives the same weights on every backend, another seed others', async () => {
  const weights = (seed: number) => {
    const model = buildConvNet({ width: 16, height: 16, outputs: 4, channels: 4, seed });
    const all = model.getWeights().map((weight) => [...weight.dataSync()]);
    model.dispose();
    return all;
  };
  await useBackend('cpu');
  const [onCpu, other] = [weights(5), weights(6)];
  await useBackend('wasm');
  expect(weights(5)).toEqual(onCpu);
  expect(onCpu).not.toEqual(other);
});

test('it learns a few faces, and a bundle of it predicts the same and names built-in layers only', async () => {
  await useBackend('cpu');
  const faces = tinyFaces({ count: 12 });
  const data = prepare(faces, { centre: 'perCoordinate', validationFraction: 0.25 });
  const model = buildConvNet({ ...data, channels: 4, seed: 3 });
  const run = await train(model, data, { iterations: 60, optimizer: 'adam', learningRate: 0.01 });
  expect(run.solver).toBe('batches');
  const { training } = run.history;
  expect(training.at(-1) as number).toBeLessThan(0.2 * (training[0] as number));

  const folder = emptyFolder();
  const predictor = createPredictor(model, data);
  await saveBundle(folder, predictor, run);
  const loaded = await loadPredictor(folder);
  expect(await loaded.predict(faces)).toEqual(await predictor.predict(faces));
  const topology = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')).modelTopology;
  const classes = new Set(topology.config.layers.map(({ class_name }: { class_name: string }) => class_name));
  expect([...classes].sort()).toEqual([
    ...['BatchNormalization', 'Conv2D', 'Dense', 'DepthwiseConv2D', 'Flatten', 'LayerNormalization', 'ReLU', 'Reshape'],
  ]);
  loaded.dispose();
  predictor.dispose(); // and the model with it
  data.dispose();
});

test('leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  buildConvNet({ channels: 2 }).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test.each([
  [() => buildConvNet({ channels: 0 }), 'channels is 0; expected a whole number of at least 1.'],
  [() => buildConvNet({ kind: 'modern' as never }), 'kind is "modern"; expected one of compact, classic.'],
  [
    () => buildConvNet({ kind: 'classic', width: 11, height: 96 }),
    'the pictures are 11×96; the classic network pools three times and expects sides of at least 12 pixels. Use the compact one.',
  ],
  [
    () => checkNetworkOptions({ network: 'compact', hiddenUnits: 50 }),
    "hiddenUnits is 50 with the network compact; it is the dense network's option: leave it out, or choose another network.",
  ],
  [
    () => checkNetworkOptions({ channels: 8 }),
    "channels is 8 with the network dense; it is the compact network's option: leave it out, or choose another network.",
  ],
  [
    () => checkNetworkOptions({ network: 'deep' as never }),
    'network is "deep"; expected one of dense, compact, classic.',
  ],
])('what cannot be built is refused in a sentence (%#)', async (build, sentence) => {
  expect(await messageFrom(build)).toBe(sentence);
});

test.each(['dense', 'compact'] as const)('a network called %s is built for the faces', (network) => {
  const size = { width: 8, height: 6, inputs: 48, outputs: 4 };
  const model = buildNetwork({ network, seed: 2 }, size);
  expect([model.inputs[0]?.shape, model.outputs[0]?.shape]).toEqual([
    [null, 48],
    [null, 4],
  ]);
  model.dispose();
});
