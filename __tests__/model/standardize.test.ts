/** Which layers standardise pictures in one go: those that would compute the same. What the kernel computes is held against double precision elsewhere. */

import { useBackend } from '../../lib/backend/choose';
import { type LayersModel, type Tensor, tf, type Variable } from '../../lib/backend/tf';
import { buildConvNet } from '../../lib/model/build-conv-net';
import { standardizeLayer, standardizeOf } from '../../lib/model/standardize';
import { withStandardizedInput } from '../../lib/train/standardized-input';

const OPTIONS = { width: 8, height: 8, outputs: 4, channels: 4 };

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});

/** A network of one layer, on rows of 64 pixels. */
function only(layer: ReturnType<typeof tf.layers.layerNormalization>): LayersModel {
  return tf.sequential({ layers: [layer] });
}

const inputShape = [64];
const OTHERS: [string, () => LayersModel][] = [
  ['one that learns', () => only(tf.layers.layerNormalization({ inputShape }))],
  [
    'one with a gamma of 2',
    () =>
      only(
        tf.layers.layerNormalization({
          inputShape,
          trainable: false,
          gammaInitializer: tf.initializers.constant({ value: 2 }),
        }),
      ),
  ],
  ['one without beta', () => only(tf.layers.layerNormalization({ inputShape, trainable: false, center: false }))],
  ['one for pictures', () => only(tf.layers.layerNormalization({ inputShape: [8, 8], trainable: false }))],
  ['another kind of layer', () => only(tf.layers.activation({ activation: 'relu', inputShape }) as never)],
];

test('the layer of our networks does, on wasm', () => {
  const model = buildConvNet(OPTIONS);
  const first = model.layers[0] as LayersModel['layers'][number];
  expect(standardizeOf(first)).toBeInstanceOf(Function);
  tf.setBackend('cpu');
  expect(standardizeOf(first)).toBeUndefined();
  tf.setBackend('wasm');
  model.dispose();
});

test.each(OTHERS)('%s does not', (_, build) => {
  const model = build();
  expect(standardizeOf(model.layers[0] as LayersModel['layers'][number])).toBeUndefined();
  model.dispose();
});

test('while a model trains its first layer does, to rounding what it did, and afterwards it is as it was', async () => {
  const model = only(standardizeLayer(64));
  const x = tf.randomUniform([3, 64], 0, 1, 'float32', 5);
  const values = () => tf.tidy(() => Array.from((model.apply(x) as Tensor).dataSync()));
  const kernels: string[] = [];
  const run = jest.spyOn(tf.engine(), 'runKernel').mockImplementation(function (this: unknown, name, ...rest) {
    kernels.push(name);
    return (Object.getPrototypeOf(tf.engine()) as ReturnType<typeof tf.engine>).runKernel.call(
      tf.engine(),
      name,
      ...rest,
    );
  });
  const plain = values();
  expect(kernels).not.toContain('FacemarkStandardize');
  const training = await withStandardizedInput(model, async () => values());
  expect(kernels.filter((name) => name === 'FacemarkStandardize')).toHaveLength(1);
  for (const [i, value] of training.entries()) expect(value).toBeCloseTo(plain[i] as number, 5);
  kernels.length = 0;
  expect(values()).toEqual(plain);
  expect(kernels).not.toContain('FacemarkStandardize');
  run.mockRestore();
  x.dispose();
  model.dispose();
});

/** A model of one layer, whatever it is given. */
function inside(layer: ReturnType<typeof standardizeLayer>): LayersModel {
  const inputs = tf.input({ shape: [64] });
  return tf.model({ inputs, outputs: layer.apply(inputs) as ReturnType<typeof tf.input> });
}

test.each(['earlier', 'later'])(
  'a first layer that was put into an inner model %s has slopes there while they train',
  async (when) => {
    const shared = standardizeLayer(64);
    const early = when === 'earlier' && inside(shared); // the outer model then takes over the place that it has there
    const model = tf.sequential({ layers: [shared, tf.layers.prelu({ alphaInitializer: 'ones' })] });
    model.add(early || inside(shared));
    const [alpha] = model.trainableWeights.map((weight) => weight.read() as Variable) as [Variable];
    const x = tf.randomUniform([3, 64], 0, 1, 'float32', 5);
    const slopes = (): Float32Array =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.sum(tf.pow(model.apply(x) as Tensor, 3)), [alpha]);
        return grads[alpha.name]?.dataSync() as Float32Array;
      });
    expect(await withStandardizedInput(model, async () => slopes())).toEqual(slopes());
    x.dispose();
    model.dispose();
  },
);
