/** Ways through a network, held against plain `model.predict` of tfjs. */

import { useBackend } from '../../lib/backend/choose';
import { type LayersModel, type Tensor2D, tf } from '../../lib/backend/tf';
import { buildConvNet } from '../../lib/model/build-conv-net';
import { buildModel } from '../../lib/model/build-model';
import { forwardOf, frozenForwardOf } from '../../lib/predict/forward';

const NETWORKS: [string, () => LayersModel][] = [
  ['dense', () => buildModel({ inputs: 1024, outputs: 4, hiddenUnits: 5 })],
  ['compact', () => withOddWeights(buildConvNet({ width: 32, height: 32, outputs: 4, channels: 4 }))],
  ['classic', () => withOddWeights(buildConvNet({ kind: 'classic', width: 32, height: 32, outputs: 4 }))],
  ['of several ways', branching],
];

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

beforeAll(() => useBackend('wasm'));

test.each(NETWORKS)('the %s network gives what predict gives, frozen to rounding, and leaves no tensor', (_, build) => {
  const model = build();
  const inputs = tf.randomUniform([3, 1024], -0.5, 0.5, 'float32', 7) as Tensor2D;
  const expected = (model.predict(inputs) as Tensor2D).dataSync();
  const largest = Math.max(...expected.map(Math.abs));
  for (const [forward, digits] of [
    [forwardOf(model), 1e-7],
    [frozenForwardOf(model), 1e-5], // relative, of float32 through twenty layers
  ] as const) {
    const before = tf.memory().numTensors;
    const outputs = tf.tidy(() => forward(inputs).dataSync());
    expect(tf.memory().numTensors).toBe(before);
    expect(outputs.length).toBe(expected.length);
    for (const [i, value] of outputs.entries())
      expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(digits * largest);
  }
});
