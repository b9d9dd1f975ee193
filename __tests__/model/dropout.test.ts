import { readyForTensors } from '../../lib/backend/choose';
import { type io, type Tensor, tf } from '../../lib/backend/tf';
import { buildModel, networkName } from '../../lib/model/build-model';
import { seededDropouts } from '../../lib/model/dropout';
import { prepare } from '../../lib/prepare/prepare';
import { Random } from '../../lib/random';
import { type TrainOptions, train } from '../../lib/train/train';
import { messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

const numbers = (tensor: Tensor) => Array.from(tensor.dataSync());

test('a share of the units is dropped while training, and the rest makes up for it', () => {
  const model = buildModel({ inputs: 4, outputs: 2, hiddenUnits: 5000, dropout: 0.3 });
  const [layer] = seededDropouts(model);
  const ones = tf.ones([1, 5000]);
  const masks = [1, 1, 2].map((seed) => {
    layer?.reseed(new Random(seed, 'test'));
    return numbers(layer?.apply(ones, { training: true }) as Tensor);
  });
  expect(masks[0]).toEqual(masks[1]);
  expect(masks[0]).not.toEqual(masks[2]);
  expect(new Set(masks[0])).toEqual(new Set([0, Math.fround(1 / 0.7)]));
  // 5000 units at 0.3: four standard deviations are 0.026.
  expect((masks[0] as number[]).filter((value) => value === 0).length / 5000).toBeCloseTo(0.3, 1);
  expect(numbers(layer?.apply(ones, { training: true }) as Tensor)).not.toEqual(masks[2]); // a new mask each time
  expect(numbers(layer?.apply(ones) as Tensor)).toEqual(numbers(ones));
});

test('a network with dropout is saved with built-in layers alone, and plain tfjs loads it with equal predictions', async () => {
  const model = buildModel({ inputs: 9, outputs: 4, hiddenUnits: [8, 6], dropout: 0.2 });
  expect(networkName(model)).toBe('9-8(tanh)-dropout(0.2)-6(tanh)-dropout(0.2)-4(linear)');
  let saved: io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as io.ModelArtifacts));
  expect(loaded.layers.map((layer) => layer.constructor.name)).toEqual([
    'Dense',
    'Dropout',
    'Dense',
    'Dropout',
    'Dense',
  ]);
  expect(seededDropouts(loaded)).toEqual([]);
  const x = tf.randomUniform([3, 9], 0, 1, 'float32', 1);
  expect(numbers(loaded.predict(x) as Tensor)).toEqual(numbers(model.predict(x) as Tensor));
});

test('the masks of a training follow from its seed', async () => {
  const trained = async (options: TrainOptions) => {
    const data = prepare(tinyFaces());
    const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 12, dropout: 0.5 });
    const { history, solver, solverWhy } = await train(model, data, { iterations: 5, learningRate: 0.1, ...options });
    expect([solver, solverWhy]).toEqual(['batches', 'batches (units are dropped by the seed)']);
    return [...history.training];
  };
  const [one, same, other] = [await trained({ seed: 1 }), await trained({ seed: 1 }), await trained({ seed: 2 })];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test('a share of 1 is refused', async () => {
  expect(await messageFrom(() => buildModel({ dropout: 1 }))).toBe(
    'dropout is 1; expected a number of at least 0 and below 1.',
  );
});
