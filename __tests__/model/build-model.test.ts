import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { type LayersModel, tf } from '../../lib/backend/tf';
import { buildModel } from '../../lib/model/build-model';
import { networkName } from '../../lib/model/describe';
import { INITIALIZERS } from '../../lib/model/initializers';
import { emptyFolder } from '../child';

beforeAll(readyForTensors);

const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);
const SMALL = { inputs: 16, outputs: 4 };

test("the default is the tutorial's network, 9216-100(tanh)-30(linear)", () => {
  const model = buildModel();
  expect(networkName(model)).toBe('9216-100(tanh)-30(linear)');
  expect(model.countParams()).toBe(9216 * 100 + 100 + 100 * 30 + 30);
  expect(model).toBeInstanceOf(tf.LayersModel);
  model.dispose();
});

test.each([
  [{ hiddenUnits: [8, 5] }, '16-8(tanh)-5(tanh)-4(linear)', 16 * 8 + 8 + 8 * 5 + 5 + 5 * 4 + 4],
  [{ hiddenUnits: 8, bias: false }, '16-8(tanh)-4(linear)', 16 * 8 + 8 * 4],
  [{ hiddenUnits: 3, activation: 'relu' as const }, '16-3(relu)-4(linear)', 16 * 3 + 3 + 3 * 4 + 4],
])('the options %j make %s', (options, name, weights) => {
  const model = buildModel({ ...SMALL, ...options });
  expect(networkName(model)).toBe(name);
  expect(model.countParams()).toBe(weights);
  const output = model.predict(tf.zeros([3, 16])) as ReturnType<typeof tf.zeros>;
  expect(output.shape).toEqual([3, 4]);
  output.dispose();
  model.dispose();
});

test('weights start as N(0, 1/√(fan_in + fan_out)) and biases at 0', () => {
  const model = buildModel({ inputs: 900, outputs: 10, hiddenUnits: 100 });
  const [w1, b1, , b2] = weightsOf(model) as [number[], number[], number[], number[]];
  const variance = w1.reduce((sum, w) => sum + w * w, 0) / w1.length;
  // 90,000 draws: the standard error of a variance is σ²·√(2/n) = 0.5 %; four of them are allowed.
  expect(Math.abs(variance * 1000 - 1)).toBeLessThan(0.02);
  expect(Math.abs(w1.reduce((sum, w) => sum + w, 0) / w1.length)).toBeLessThan(4 * Math.sqrt(0.001 / w1.length));
  expect([...b1, ...b2].every((b) => b === 0)).toBe(true);
  model.dispose();
});

test.each([
  ['tutorial', 1 / 500],
  ['glorotNormal', 2 / 500],
  ['heNormal', 2 / 400],
  ['lecunNormal', 1 / 400],
] as const)('the initialiser %s has the variance %d for 400 inputs and 100 units', (initializer, expected) => {
  const model = buildModel({ inputs: 400, outputs: 2, hiddenUnits: 100, initializer });
  const w1 = weightsOf(model)[0] as number[];
  const variance = w1.reduce((sum, w) => sum + w * w, 0) / w1.length;
  expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / w1.length));
  expect(INITIALIZERS).toContain(initializer);
  model.dispose();
});

test('with zeroOutput the network starts at the centre of its outputs', () => {
  const model = buildModel({ ...SMALL, initializer: 'zeroOutput' });
  const output = tf.tidy(() => [
    ...(model.predict(tf.randomNormal([5, 16], 0, 1, 'float32', 1)) as ReturnType<typeof tf.zeros>).dataSync(),
  ]);
  expect(output).toEqual(new Array(20).fill(0));
  expect(weightsOf(model)[0]?.some((w) => w !== 0)).toBe(true);
  model.dispose();
});

test('one seed gives the same weights on every backend, another seed others', async () => {
  await useBackend('cpu');
  const onCpu = buildModel({ ...SMALL, seed: 5 });
  const other = buildModel({ ...SMALL, seed: 6 });
  await useBackend('wasm');
  const onWasm = buildModel({ ...SMALL, seed: 5 });
  expect(weightsOf(onWasm)).toEqual(weightsOf(onCpu));
  expect(weightsOf(other)).not.toEqual(weightsOf(onCpu));
  for (const model of [onCpu, onWasm, other]) model.dispose();
});

test('a disposed model leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  buildModel(SMALL).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('plain tfjs loads a saved model without facemark and predicts the same', async () => {
  const model = buildModel({ ...SMALL, activation: 'selu', initializer: 'lecunNormal', hiddenUnits: [8, 5] });
  const x = Array.from({ length: 16 }, (_, i) => i / 16);
  const saved = await new Promise<Record<string, unknown>>((resolve) => {
    void model.save({
      save: async (artifacts) => {
        resolve(artifacts as unknown as Record<string, unknown>);
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      },
    });
  });
  const folder = emptyFolder();
  const weightData = Buffer.from(saved.weightData as ArrayBuffer).toString('base64');
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...saved, weightData }));
  const script = `
    const core = require('@tensorflow/tfjs-core');
    const layers = require('@tensorflow/tfjs-layers');
    require('@tensorflow/tfjs-backend-cpu');
    console.warn = () => {};
    const saved = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'));
    const weightData = new Uint8Array(Buffer.from(saved.weightData, 'base64')).buffer;
    layers.loadLayersModel({ load: async () => ({ ...saved, weightData }) }).then((model) =>
      console.log(JSON.stringify([...model.predict(core.tensor2d([${x}], [1, 16])).dataSync()])));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, join(folder, 'model.json')]);
  const here = model.predict(tf.tensor2d([x])) as ReturnType<typeof tf.zeros>;
  for (const [i, value] of (JSON.parse(stdout) as number[]).entries())
    expect(value).toBeCloseTo(here.dataSync()[i] as number, 6);
  here.dispose();
  model.dispose();
});

test.each([
  [{ hiddenUnits: 0 }, 'hiddenUnits is 0; expected a whole number of at least 1.'],
  [{ hiddenUnits: [] }, 'hiddenUnits is an empty list; expected the units of at least one hidden layer.'],
  [{ hiddenUnits: [10, 2.5] }, 'hiddenUnits is 2.5; expected a whole number of at least 1.'],
  [{ inputs: -1 }, 'inputs is -1; expected a whole number of at least 1.'],
  [{ outputs: 0 }, 'outputs is 0; expected a whole number of at least 1.'],
  [
    { activation: 'tan' as 'tanh' },
    'activation is "tan"; expected one of tanh, sigmoid, relu, elu, selu, softplus, softsign, linear.',
  ],
  [
    { initializer: 'zeros' as 'tutorial' },
    'initializer is "zeros"; expected one of tutorial, zeroOutput, glorotNormal, heNormal, lecunNormal.',
  ],
])('the options %j are refused', (options, sentence) => {
  expect(() => buildModel(options)).toThrow(sentence);
});
