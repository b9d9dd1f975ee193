/** Ways through a network, held against plain `model.predict` of tfjs. */

import { useBackend } from '../../lib/backend/choose';
import { type LayersModel, type Tensor, type Tensor2D, tf } from '../../lib/backend/tf';
import { buildConvNet } from '../../lib/model/build-conv-net';
import { buildModel } from '../../lib/model/build-model';
import { forwardOf, frozenForwardOf } from '../../lib/predict/forward';

type Layer = LayersModel['layers'][number];

const NETWORKS: [string, () => LayersModel][] = [
  ['dense', () => buildModel({ inputs: 1024, outputs: 4, hiddenUnits: 5 })],
  ['standardised', () => buildModel({ inputs: 1024, outputs: 4, hiddenUnits: 5, standardize: true })],
  ['compact', () => withOddWeights(buildConvNet({ width: 32, height: 32, outputs: 4, channels: 4 }))],
  ['classic', () => withOddWeights(buildConvNet({ kind: 'classic', width: 32, height: 32, outputs: 4 }))],
  ['of several ways', branching],
  [
    'that ends with a model',
    () => tf.sequential({ layers: [dense(8, 1024), tf.sequential({ layers: [dense(4, 8)] })] }),
  ],
  ['that ends with a layer of its own', () => tf.sequential({ layers: [dense(4, 1024), new Doubling({})] })],
  ['that masks', masking],
];

function dense(units: number, inputs: number): Layer {
  return tf.layers.dense({ units, inputShape: [inputs] });
}

/** As training leaves them: no normalisation that does nothing, no output of 0. Variances stay above 0. */
function withOddWeights(model: LayersModel): LayersModel {
  const weights = model.getWeights().map((weight, i) => tf.randomUniform(weight.shape, 0.1, 0.9, 'float32', i));
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

type Symbolic = ReturnType<typeof tf.input>;

function branching(): LayersModel {
  const input = tf.input({ shape: [1024] });
  const branches = [tf.layers.dense({ units: 4 }), tf.layers.dense({ units: 4 })];
  const output = tf.layers.add().apply(branches.map((layer) => layer.apply(input) as Symbolic));
  return tf.model({ inputs: input, outputs: output as Symbolic });
}

/** A host's own layer, written as tfjs's guide does: what it is given is a list. */
class Doubling extends tf.layers.Layer {
  static className = 'Doubling';

  override call(inputs: Tensor[]): Tensor {
    return tf.mul(inputs[0] as Tensor, 2);
  }
}

/** The last half of each row is zero. */
function withBlankEnds(rows: Tensor2D): Tensor2D {
  return tf.tidy(() =>
    tf.pad(tf.slice(rows, [0, 0], [-1, 512]), [
      [0, 0],
      [0, 512],
    ]),
  );
}

/** Rows of 32 numbers, of which those of zeros do not count. */
function masking(): LayersModel {
  const recurrent = tf.layers.simpleRNN({ units: 4, recurrentInitializer: 'glorotNormal' });
  const rows = tf.layers.reshape({ targetShape: [32, 32], inputShape: [1024] });
  return tf.sequential({ layers: [rows, tf.layers.reLU(), tf.layers.masking(), recurrent] });
}

beforeAll(() => useBackend('wasm'));

test.each(NETWORKS)('the %s network gives what predict gives, frozen to rounding, and leaves no tensor', (_, build) => {
  const model = build();
  const inputs = withBlankEnds(tf.randomUniform([3, 1024], -0.5, 0.5, 'float32', 7) as Tensor2D);
  const expected = (model.predict(inputs) as Tensor2D).dataSync();
  const largest = Math.max(...expected.map(Math.abs));
  const own = tf.memory().numTensors;
  const frozen = frozenForwardOf(model);
  for (const [forward, digits] of [
    [forwardOf(model), 1e-7],
    [frozen.forward, 1e-5], // relative, of float32 through twenty layers
  ] as const) {
    const before = tf.memory().numTensors;
    const outputs = tf.tidy(() => forward(inputs).dataSync());
    expect(tf.memory().numTensors).toBe(before);
    expect(outputs.length).toBe(expected.length);
    for (const [i, value] of outputs.entries())
      expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(digits * largest);
  }
  frozen.dispose();
  expect(tf.memory().numTensors).toBe(own);
});
