/** The solver `batches`: its regimes against NumPy (fixtures/regimes/make.py), its order against the seed. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { type LayersModel, type SymbolicTensor, type Tensor, tf } from '../../lib/backend/tf';
import { buildModel } from '../../lib/model/build-model';
import { augmentFaces, checkAugmentOptions } from '../../lib/prepare/augment';
import { type Part, type Prepared, prepare } from '../../lib/prepare/prepare';
import { unscalePoints } from '../../lib/prepare/scaling';
import { Random } from '../../lib/random';
import { augmentedRows } from '../../lib/train/solvers/batches/rows';
import { train } from '../../lib/train/train';
import type { TrainOptions } from '../../lib/train/train-options';
import type { IterationReport } from '../../lib/train/watch';
import { messageFrom, type TinyFacesOptions, tinyFaces } from '../tiny-faces';

interface Case {
  readonly case: string;
  readonly options: TrainOptions;
  readonly x: number[];
  readonly y: number[];
  readonly mask: number[] | null;
  readonly xValidation: number[];
  readonly yValidation: number[];
  readonly maskValidation: number[] | null;
  readonly initial: number[][];
  readonly training: number[];
  readonly validation: number[];
  readonly weights: number[][];
}
const { shape, cases } = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'fixtures', 'regimes', 'regimes.json'), 'utf8'),
) as { shape: { pixels: number; hidden: number; outputs: number; iterations: number }; cases: Case[] };

beforeAll(readyForTensors);

const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => Array.from(weight.dataSync()));

/** Largest difference, relative to what is expected where that is above 1e-2. */
const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(b, (y, i) => Math.abs((a[i] as number) - y) / Math.max(Math.abs(y), 1e-2)));

/** A dense layer, and behind it a model that begins with the same layer. */
function sharing(): LayersModel {
  const layer = tf.layers.dense({ units: 64, inputShape: [64] });
  const inner = tf.sequential({ layers: [layer, tf.layers.dense({ units: 30 })] });
  const input = tf.input({ shape: [64] });
  const output = inner.apply(layer.apply(input) as SymbolicTensor) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('a layer that stands in a model and in one within it is trained once: the first step of Adam is η', async () => {
    const data = prepare(tinyFaces());
    const model = sharing();
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    await train(model, data, { optimizer: 'adam', learningRate: 0.01, iterations: 1, restoreBest: false });
    for (const [i, weight] of model.getWeights().entries()) {
      const steps = Array.from(weight.dataSync(), (value, j) => Math.abs(value - (before[i]?.[j] as number)));
      expect(Math.max(...steps)).toBeCloseTo(0.01, 5); // η m̂ / √ŝ = ± η (Kingma & Ba 2015, 2.1), less where a slope is not far above ε
    }
    model.dispose();
    data.dispose();
  });

  test.each(cases.map((c) => [c.case, c] as const))('%s agrees with NumPy to 1e-4 relative', async (_, c) => {
    const before = tf.memory().numTensors;
    const data = {
      train: part(c.x, c.y, c.mask),
      validation: part(c.xValidation, c.yValidation, c.maskValidation),
      ...{ inputs: shape.pixels, outputs: shape.outputs },
    } as Prepared;
    const model = buildModel({ inputs: shape.pixels, outputs: shape.outputs, hiddenUnits: shape.hidden });
    tf.tidy(() => {
      const shapes = model.getWeights().map((weight) => weight.shape);
      model.setWeights(c.initial.map((values, i) => tf.tensor(values, shapes[i])));
    });
    const run = await train(model, data, { ...c.options, iterations: shape.iterations });
    expect(run.solver).toBe('batches');
    expect(difference(run.history.training, c.training)).toBeLessThan(1e-4);
    expect(difference(run.history.validation, c.validation)).toBeLessThan(1e-4);
    for (const [i, weights] of weightsOf(model).entries())
      expect(difference(weights, c.weights[i] as number[])).toBeLessThan(1e-4);
    model.dispose();
    for (const { x, y, mask } of [data.train, data.validation]) tf.dispose(mask ? [x, y, mask] : [x, y]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

function part(x: number[], y: number[], mask: number[] | null): Part {
  const n = x.length / shape.pixels;
  const tensor = (values: number[], width: number) => tf.tensor2d(values, [n, width]);
  return {
    x: tensor(x, shape.pixels),
    y: tensor(y, shape.outputs),
    mask: mask ? tensor(mask, shape.outputs) : undefined,
    rows: Int32Array.from({ length: n }, (_, row) => row),
    sourceRows: Int32Array.from({ length: n }, (_, row) => row),
  };
}

/** Trains a small network; the weights that it ends with come first. */
async function trained(options: TrainOptions, faces: TinyFacesOptions = {}) {
  const data = prepare(tinyFaces(faces));
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 6 });
  try {
    const run = await train(model, data, { iterations: 4, learningRate: 0.1, batchSize: 5, ...options });
    return { weights: weightsOf(model), run };
  } finally {
    model.dispose();
    data.dispose();
  }
}

test('one batch of all rows is what the other solvers do', async () => {
  const faces = { missing: 0.2 };
  const options = { momentum: 0.9, batchSize: undefined };
  const [batches, fit] = [
    await trained({ ...options, solver: 'batches' }, faces),
    await trained({ ...options, solver: 'fit' }, faces),
  ];
  expect(difference(batches.run.history.training, fit.run.history.training)).toBeLessThan(1e-5);
  expect(difference(batches.run.history.validation, fit.run.history.validation)).toBeLessThan(1e-5);
  for (const [i, weights] of fit.weights.entries())
    expect(difference(batches.weights[i] as number[], weights)).toBeLessThan(1e-4);
});

test('a training that fails leaves the best weights so far', async () => {
  const data = prepare(tinyFaces());
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 6 });
  const options = { learningRate: 0.1, batchSize: 5 };
  const onIteration = ({ iteration, best }: IterationReport) => {
    if (iteration < 2) return;
    expect(best.iteration).toBe(2);
    throw new Error('from the caller');
  };
  expect(await messageFrom(() => train(model, data, { ...options, iterations: 4, onIteration }))).toBe(
    'from the caller',
  );
  expect(weightsOf(model)).toEqual((await trained({ ...options, iterations: 3 })).weights);
  model.dispose();
  data.dispose();
});

test('the rows come in an order that only the seed decides, every row once in a pass', async () => {
  const one = await trained({ seed: 7 });
  expect(await trained({ seed: 7 })).toMatchObject({ weights: one.weights, run: { history: one.run.history } });
  expect((await trained({ seed: 8 })).weights).not.toEqual(one.weights);

  // A network of one bias and no input learns y of each batch in turn: plain arithmetic repeats it.
  const n = 7;
  const y = Float32Array.from({ length: n }, (_, row) => row / 10);
  const zeros: Part = {
    x: tf.zeros([n, 1]),
    y: tf.tensor2d(y, [n, 1]),
    mask: undefined,
    ...{ rows: new Int32Array(n), sourceRows: new Int32Array(n) },
  };
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros' })] });
  const data = { train: zeros, validation: zeros, inputs: 1, outputs: 1 } as Prepared;
  await train(model, data, { iterations: 3, learningRate: 0.2, batchSize: 2, seed: 5 });
  let bias = 0;
  for (let pass = 0; pass < 3; pass++) {
    const order = new Random(5, `pass ${pass}`).shuffle(Array.from({ length: n }, (_, row) => row));
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (let i = 0; i < n; i += 2) {
      const batch = order.slice(i, i + 2).map((row) => y[row] as number);
      bias -= 0.2 * 2 * (bias - batch.reduce((sum, value) => sum + value, 0) / batch.length);
    }
  }
  expect(model.getWeights()[1]?.dataSync()[0]).toBeCloseTo(bias, 6);
  model.dispose();
  tf.dispose([zeros.x, zeros.y]);
});

test('augmented training follows from the seed', async () => {
  const faces = { missing: 0.2 };
  const history = async (options: TrainOptions) => (await trained({ augment: true, ...options }, faces)).run.history;
  const one = await history({});
  expect(await history({})).toEqual(one);
  expect(await history({ seed: 2 })).not.toEqual(one);
  expect((await history({ augment: false })).training).not.toEqual(one.training);
  expect([...one.training].every(Number.isFinite)).toBe(true);
});

test('augmented rows are those of augmentFaces, in batches of any size, other ones in every pass', () => {
  const faces = { ...tinyFaces({ missing: 0.2 }), sourceRows: Int32Array.from({ length: 20 }, (_, i) => 100 - i) };
  const data = prepare(faces);
  const settings = checkAugmentOptions({ mirror: 0.5 });
  const rowsOf = augmentedRows(data.train, data, settings, 9);
  for (const pass of [0, 1]) {
    const expected = augmentFaces(faces, { ...settings, seed: 9, pass });
    for (const batch of [[3], [5, 3, 0]]) {
      const { x, y, mask } = rowsOf(Int32Array.from(batch), pass);
      const points = unscalePoints(data.scaling, y.dataSync() as Float32Array);
      for (const [i, row] of batch.entries()) {
        const face = data.train.rows[row] as number;
        const { max, mean } = data.scaling.pixels;
        const grays = Array.from(x.dataSync().subarray(i * 64, (i + 1) * 64), (value) =>
          Math.round((value + mean) * max),
        );
        const far = grays.map((gray, p) => Math.abs(gray - (expected.pixels[face * 64 + p] as number)));
        expect(Math.max(...far)).toBeLessThanOrEqual(1);
        for (let j = 0; j < 30; j++) {
          const want = expected.points[face * 30 + j] as number;
          expect(mask?.dataSync()[i * 30 + j]).toBe(Number.isNaN(want) ? 0 : 1);
          if (!Number.isNaN(want)) expect(points[i * 30 + j]).toBeCloseTo(want, 3);
        }
      }
    }
  }
  expect(augmentFaces(faces, { seed: 9, pass: 1 }).pixels).not.toEqual(
    augmentFaces(faces, { seed: 9, pass: 0 }).pixels,
  );
  data.dispose();
});

test('augmentation that changes nothing is as if it were not there', async () => {
  const nothing = { mirror: 0, shift: 0, scale: 0, rotation: 0, brightness: 0, contrast: 0 };
  const [plain, augmented] = [await trained({}), await trained({ augment: nothing })];
  expect(difference(augmented.run.history.training, plain.run.history.training)).toBeLessThan(1e-5);
  expect(augmented.run.solver).toBe('batches');
});

test('what a coordinate without a label holds changes no bit', async () => {
  const results: unknown[] = [];
  for (const filler of [0, 1e6]) {
    const data = prepare(tinyFaces({ missing: 0.4 }));
    for (const { y, mask } of [data.train, data.validation])
      tf.tidy(() => {
        const filled = tf.where(tf.cast(mask as typeof y, 'bool'), y, tf.fill(y.shape, filler));
        y.dataSync().set(filled.dataSync()); // on the cpu engine, where a tensor is its typed array
      });
    const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 6 });
    const { history } = await train(model, data, { iterations: 4, optimizer: 'adam', batchSize: 3 });
    results.push([weightsOf(model), history]);
    model.dispose();
    data.dispose();
  }
  expect(results[1]).toEqual(results[0]);
});

test.each([
  [{ batchSize: 0 }, 'batchSize is 0; expected a whole number of at least 1.'],
  [{ optimizer: 'lion' as 'adam' }, 'optimizer is "lion"; expected one of sgd, adam.'],
  [{ schedule: 'zigzag' as 'step' }, 'schedule is "zigzag"; expected one of constant, linear, cosine, step, oneCycle.'],
  [{ weightDecay: -1 }, 'weightDecay is -1; expected a number of at least 0.'],
  [
    { nesterov: true },
    'nesterov is asked for with the momentum 0 and the optimizer sgd; expected a momentum above 0, such as 0.9, and the optimizer sgd.',
  ],
  [
    { weightDecay: 200 },
    'weightDecay 200 times the learning rate 0.1 is 20, of which every update would take away more than all of a weight; expected a product well below 1.',
  ],
  [
    { augment: { rotate: 40 } as object },
    'augment has rotate; expected true, false, or some of mirror, shift, scale, rotation, brightness, contrast, noise, cutOut.',
  ],
  [
    { augment: 'yes' as unknown as true },
    'augment is "yes"; expected true, false, or some of mirror, shift, scale, rotation, brightness, contrast, noise, cutOut.',
  ],
  [{ clipNorm: 0 }, 'clipNorm is 0; expected a number above 0.'],
  [{ seed: -1 }, 'seed is -1; expected a whole number of at least 0 and of at most 4294967295.'],
  [
    { solver: 'dual' as const },
    'the solver dual cannot train this: batches of 5 rows are asked for. Use the solver auto.',
  ],
  [
    { solver: 'fit' as const, batchSize: undefined, optimizer: 'adam' as const },
    'the solver fit cannot train this: the optimizer adam is asked for. Use the solver auto.',
  ],
])('the options %j are refused', async (options, sentence) => {
  expect(await messageFrom(() => trained(options))).toBe(sentence);
});

test('it stops at the signal after the pass in progress', async () => {
  const controller = new AbortController();
  const { run } = await trained({
    signal: controller.signal,
    iterations: 100,
    onIteration: ({ iteration }) => iteration === 2 && controller.abort(),
  });
  expect(run).toMatchObject({
    stopped: 'aborted',
    solver: 'batches',
    solverWhy: 'batches (batches of 5 rows are asked for)',
  });
  expect(run.history.training).toHaveLength(3);
});

const { dense, reLU, add, input } = tf.layers;
const units = (count: number, options: object = {}) =>
  dense({ units: count, kernelInitializer: tf.initializers.glorotNormal({ seed: count }), ...options });

test('regularisers pull at the weights as with fit', async () => {
  const trained = async (solver: 'fit' | 'batches') => {
    const data = prepare(tinyFaces());
    const regular = { inputShape: [data.inputs], kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }) };
    const model = tf.sequential({ layers: [units(4, regular), units(data.outputs)] });
    await train(model, data, { iterations: 5, learningRate: 0.1, solver, restoreBest: false });
    return weightsOf(model);
  };
  const [ours, theirs] = [await trained('batches'), await trained('fit')];
  for (const [i, weights] of theirs.entries()) expect(difference(ours[i] as number[], weights)).toBeLessThan(1e-4);
});

test('a layer may stand in a network twice, for numbers of different shapes', async () => {
  const data = prepare(tinyFaces());
  const x = input({ shape: [data.inputs] });
  const shared = reLU();
  const h = [units(8), shared, units(4), shared, units(data.outputs)].reduce(
    (below, layer) => layer.apply(below) as SymbolicTensor,
    x,
  );
  const run = await train(tf.model({ inputs: x, outputs: h }), data, { iterations: 2, solver: 'batches' });
  expect(run.history.training).toHaveLength(2);
});

/** Gives its input out twice, and has no configuration. */
class Twice extends tf.layers.Layer {
  static className = 'Twice';
  override call(inputs: Tensor | Tensor[]): Tensor[] {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor;
    return [tf.mul(x, 1), tf.mul(x, 2)];
  }
  override computeOutputShape(shape: number[]): number[][] {
    return [shape, shape];
  }
  override getConfig(): never {
    throw new Error('no configuration');
  }
}

test("a host's own layer may have several results, and no configuration", async () => {
  const data = prepare(tinyFaces());
  const x = input({ shape: [data.inputs] });
  const normed = tf.layers.batchNormalization().apply(units(4).apply(x));
  const both = new Twice({}).apply(normed as SymbolicTensor) as SymbolicTensor[];
  const y = units(data.outputs).apply(add().apply(both)) as SymbolicTensor;
  await useBackend('wasm');
  const run = await train(tf.model({ inputs: x, outputs: y }), data, { iterations: 2, batchSize: 8 });
  expect(run.history.training).toHaveLength(2);
});
