/** `model.fit` of TensorFlow.js as it comes, without facemark, on one of its engines: cpu, wasm or tensorflow (tfjs-node). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { readFloats, report, settings } from '../as-subject.mjs';

const { folder, engine, iterations } = settings;
const packages = {
  cpu: '@tensorflow/tfjs-backend-cpu',
  wasm: '@tensorflow/tfjs-backend-wasm',
  tensorflow: '@tensorflow/tfjs-node',
};
try {
  await import(packages[engine]);
  if (!(await tf.setBackend(engine))) throw new Error(`the engine ${engine} does not start`);
  tf.tidy(() => tf.slice(tf.ones([2]), 0, 1)); // tfjs-node as it comes fails at this on Node 23 and newer
} catch ({ message }) {
  console.log(JSON.stringify({ absent: message.split('\n')[0] }));
  process.exit();
}

const { inputs, hidden, outputs, learningRate } = JSON.parse(readFileSync(join(folder, 'sizes.json'), 'utf8'));
const floats = (name) => readFloats(join(folder, `${name}.f32`));
const rows = (name, width) => tf.tensor2d(floats(name), [floats(name).length / width, width]);
const [x, xv] = ['train.x', 'validation.x'].map((name) => rows(name, inputs));
const [y, yv] = ['train.y', 'validation.y'].map((name) => rows(name, outputs));
const model = sequential({
  layers: [layers.dense({ units: hidden, activation: 'tanh', inputShape: [inputs] }), layers.dense({ units: outputs })],
});
model.setWeights([rows('w1', hidden), tf.tensor1d(floats('b1')), rows('w2', outputs), tf.tensor1d(floats('b2'))]);
model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'meanSquaredError' });

const batchSize = x.shape[0];
const started = performance.now();
const { history } = await model.fit(x, y, {
  epochs: iterations,
  batchSize,
  shuffle: false,
  validationData: [xv, yv],
  verbose: 0,
});
const seconds = (performance.now() - started) / 1000;
// tfjs tells the training loss before each update.
const last = model.evaluate(x, y, { batchSize }).dataSync()[0];
const losses = { training: [...history.loss.slice(1), last], validation: history.val_loss };
report(seconds, losses, { tfjs: tf.version_core });
