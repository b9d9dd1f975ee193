import { readyForTensors } from '../../lib/backend/choose';
import { type Tensor, tf } from '../../lib/backend/tf';
import { buildModel } from '../../lib/model/build-model';
import { networkName } from '../../lib/model/describe';
import { prepare } from '../../lib/prepare/prepare';
import { withSeededDropout } from '../../lib/train/seeded-dropout';
import { train } from '../../lib/train/train';
import type { TrainOptions } from '../../lib/train/train-options';
import { messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

const numbers = (tensor: Tensor) => Array.from(tensor.dataSync());

test('a share of the units is dropped, others in every update, and the rest makes up for it; predictions drop none', async () => {
  const model = buildModel({ inputs: 4, outputs: 2, hiddenUnits: 5000, dropout: 0.3 });
  const dropout = model.layers[1] as (typeof model.layers)[number];
  const ones = tf.ones([1, 5000]);
  const masks = (seed: number) =>
    withSeededDropout(model, seed, async (beginUpdate) =>
      [0, 1].map((update) => {
        beginUpdate(update);
        return numbers(dropout.apply(ones, { training: true }) as Tensor);
      }),
    );
  const [first, second] = (await masks(1)) as [number[], number[]];
  expect(second).not.toEqual(first);
  expect(await masks(1)).toEqual([first, second]);
  expect((await masks(2))[0]).not.toEqual(first);
  expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
  expect(Math.abs(first.filter((value) => value === 0).length / 5000 - 0.3)).toBeLessThan(0.026); // four standard deviations
  expect(numbers(dropout.apply(ones) as Tensor)).toEqual(numbers(ones));
  expect(Object.hasOwn(dropout, 'call')).toBe(false); // tfjs's own again
  expect(networkName(model)).toBe('4-5000(tanh)-dropout(0.3)-2(linear)');
});

test('a mask may have a shape of its own', async () => {
  const dropout = tf.layers.dropout({ rate: 0.5, noiseShape: [1, 8], inputShape: [8] });
  const model = tf.sequential({ layers: [dropout] });
  await withSeededDropout(model, 1, async (beginUpdate) => {
    beginUpdate(0);
    const [one, other] = tf.unstack(dropout.apply(tf.ones([2, 8]), { training: true }) as Tensor);
    expect(numbers(one as Tensor)).toEqual(numbers(other as Tensor));
  });
});

test('the masks of a training follow from its seed, and its errors are measured without them', async () => {
  const trained = async (options: TrainOptions) => {
    const data = prepare(tinyFaces());
    const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 12, dropout: 0.5 });
    const { history, solver, solverWhy } = await train(model, data, { iterations: 5, learningRate: 0.1, ...options });
    expect([solver, solverWhy]).toEqual(['batches', 'batches (units are dropped at random)']);
    return [...history.training];
  };
  const [one, same, other] = [await trained({ seed: 1 }), await trained({ seed: 1 }), await trained({ seed: 2 })];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
  const still = await trained({ learningRate: 1e-12 });
  expect(Math.max(...still) - Math.min(...still)).toBeLessThan(1e-7);
});

test('dropout in a model inside of the model follows the seed too', async () => {
  const trained = async () => {
    const data = prepare(tinyFaces());
    const kernelInitializer = tf.initializers.glorotNormal({ seed: 1 });
    const inner = tf.sequential({
      layers: [
        tf.layers.dense({ units: 12, inputShape: [data.inputs], kernelInitializer }),
        tf.layers.dropout({ rate: 0.5 }),
      ],
    });
    const model = tf.sequential({ layers: [inner, tf.layers.dense({ units: data.outputs, kernelInitializer })] });
    const { history, solverWhy } = await train(model, data, { iterations: 5, learningRate: 0.1 });
    expect(solverWhy).toBe('batches (units are dropped at random)');
    return [...history.training];
  };
  expect(await trained()).toEqual(await trained());
});

test('a share of 1 is refused', async () => {
  expect(await messageFrom(() => buildModel({ dropout: 1 }))).toBe(
    'dropout is 1; expected a number of at least 0 and below 1.',
  );
});
