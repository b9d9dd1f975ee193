/** Batches that go through a network in pieces: their gradients are held against those of the whole batch, which batches.test.ts holds against NumPy. */

import fc from 'fast-check';
import { useBackend } from '../../lib/backend/choose';
import { type LayersModel, type Tensor, type Tensor2D, tf, type Variable } from '../../lib/backend/tf';
import { type Checkpoint, copyCheckpoint, type LiveCheckpoint } from '../../lib/bundle/checkpoint';
import { buildConvNet } from '../../lib/model/build-conv-net';
import { buildModel } from '../../lib/model/build-model';
import { prepare } from '../../lib/prepare/prepare';
import { withRectifiedLayers } from '../../lib/train/rectified-layers';
import { withSeededDropout } from '../../lib/train/seeded-dropout';
import { gradientsOf } from '../../lib/train/solvers/batches/gradients';
import * as pieces from '../../lib/train/solvers/batches/pieces';
import { train } from '../../lib/train/train';
import type { TrainOptions } from '../../lib/train/train-options';
import { numbers } from '../backend/engines';
import { tinyFaces } from '../tiny-faces';
import { WORKING_BACKENDS } from '../working-backends';

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterEach(() => jest.restoreAllMocks());

/** From now on so many rows go through any network at once. */
const atMost = (rows: number) => jest.spyOn(pieces, 'rowsTrained').mockReturnValue(rows);

const { conv2d, dense, dropout, flatten, maxPooling2d, reshape, batchNormalization } = tf.layers;
const seeded = (seed: number) => tf.initializers.glorotNormal({ seed });

/** 8 × 8 pixels to 30 coordinates, with layers of all kinds that matter here. */
function convNet(): LayersModel {
  const regular = tf.regularizers.l2({ l2: 0.1 });
  return tf.sequential({
    layers: [
      reshape({ inputShape: [64], targetShape: [8, 8, 1] }),
      conv2d({
        filters: 3,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: seeded(1),
        biasInitializer: seeded(5),
      }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({
        filters: 4,
        kernelSize: 2,
        activation: 'relu',
        kernelInitializer: seeded(2),
        kernelRegularizer: regular,
      }),
      flatten(),
      dropout({ rate: 0.3 }),
      dense({ units: 7, activation: 'relu', kernelInitializer: seeded(3), biasInitializer: seeded(6) }),
      dense({ units: 30, kernelInitializer: seeded(4) }),
    ],
  });
}

/** Gradients of a batch of the given rows in pieces of at most so many. */
async function gradients(
  batch: { x: Tensor2D; y: Tensor2D; mask: Tensor2D | undefined },
  { most, update = 3 }: { most: number; update?: number },
): Promise<Float32Array[]> {
  const model = convNet();
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
  const spy = atMost(most);
  const training = () =>
    withSeededDropout(model, 5, async (beginUpdate) => {
      beginUpdate(update);
      const found = tf.tidy(() => gradientsOf(model, variables, { size: batch.x.shape[0], make: () => batch }));
      const values = found.map((gradient) => gradient.dataSync().slice() as Float32Array);
      tf.dispose(found);
      return values;
    });
  const found = await (most === Infinity ? training() : withRectifiedLayers(model, training));
  spy.mockRestore();
  model.dispose();
  return found;
}

function expectClose(found: readonly Float32Array[], expected: readonly Float32Array[]): void {
  for (const [i, values] of expected.entries()) {
    const largest = Math.max(...values.map(Math.abs), 1e-3);
    for (const [j, value] of values.entries())
      expect(Math.abs((found[i]?.[j] as number) - value) / largest).toBeLessThan(1e-5);
  }
}

test.each(['cpu', 'wasm'])(
  'on %s the pieces of a batch have its gradient, whatever is labelled in which',
  async (engine) => {
    tf.setBackend(engine);
    const before = tf.memory().numTensors;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(undefined, 0, 0.4, 1),
        fc.integer({ min: 1, max: 1e6 }),
        async (rows, most, labelled, seed) => {
          const matrix = (values: Float32Array, columns: number) => tf.tensor2d(values, [rows, columns]);
          const isLabelled = numbers(rows * 30, seed + 2).map((value) => Number((value + 1) / 2 < (labelled ?? 1)));
          const batch = {
            ...{ x: matrix(numbers(rows * 64, seed), 64), y: matrix(numbers(rows * 30, seed + 1), 30) },
            mask: labelled === undefined ? undefined : matrix(isLabelled, 30),
          };
          expectClose(await gradients(batch, { most }), await gradients(batch, { most: Infinity }));
          tf.dispose(batch.mask ? [batch.x, batch.y, batch.mask] : [batch.x, batch.y]);
        },
      ),
      { numRuns: 40, seed: 8 },
    );
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('in pieces the same units are dropped as in the whole batch, and other ones in the next update', async () => {
  tf.setBackend('wasm');
  const batch = { x: tf.tensor2d(numbers(320, 1), [5, 64]), y: tf.tensor2d(numbers(150, 2), [5, 30]), mask: undefined };
  const whole = await gradients(batch, { most: Infinity });
  const inPieces = await gradients(batch, { most: 2 });
  expectClose(inPieces, whole);
  expect(await gradients(batch, { most: 2 })).toEqual(inPieces); // to the last bit
  expect(() => expectClose([], whole)).toThrow();
  const next = await gradients(batch, { most: 2, update: 4 });
  expect(() => expectClose(next, whole)).toThrow();
  tf.dispose([batch.x, batch.y]);
});

/** A training of a few passes, in pieces of 3 rows: what came of it, and its checkpoints. */
async function trained(options: TrainOptions = {}) {
  const data = prepare(tinyFaces({ missing: 0.2 }));
  const model = convNet();
  const checkpoints: Checkpoint[] = [];
  const save = (live: LiveCheckpoint) => void checkpoints.push(copyCheckpoint(live));
  const checkpoint = { everyIterations: 1, save };
  try {
    const { history } = await train(model, data, {
      ...{ iterations: 5, optimizer: 'adam', learningRate: 0.01, weightDecay: 0.1, batchSize: 8, augment: true },
      ...{ clipNorm: 1, checkpoint, ...options },
    });
    const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
    return { history, weights, checkpoints };
  } finally {
    model.dispose();
    data.dispose();
  }
}

test.each(['cpu', 'wasm'] as const)(
  'on %s a training in pieces goes on bit by bit where it was left',
  async (engine) => {
    await useBackend(engine);
    const whole = await trained();
    atMost(3);
    const { history, weights, checkpoints } = await trained();
    const again = await trained({ resume: checkpoints[2] });
    expect({ history: again.history, weights: again.weights }).toEqual({ history, weights });
    for (const [i, loss] of whole.history.training.entries()) expect(history.training[i]).toBeCloseTo(loss, 4);
  },
);

describe('how many rows go through a network at once', () => {
  test('follows from what its layers put out, the pixels left aside', () => {
    const classic = buildConvNet({ kind: 'classic' });
    const convolutions = 94 ** 2 * 32 + 46 ** 2 * 64 + 22 ** 2 * 128;
    const pools = 47 ** 2 * 32 + 23 ** 2 * 64 + 11 ** 2 * 128;
    const put = 2 * 9216 + convolutions + pools + 11 ** 2 * 128 + 2 * 500 + 30; // standardised, reshaped … flattened, dense
    expect(pieces.rowsTrained(classic)).toBe(Math.floor(2 ** 23 / put));
    const tutorial = buildModel();
    expect(pieces.rowsTrained(tutorial)).toBe(Math.floor(2 ** 23 / 130));
    for (const model of [classic, tutorial]) model.dispose();
  });

  (WORKING_BACKENDS.includes('tensorflow') ? test : test.skip)('is a third of it on tensorflow', async () => {
    const classic = buildConvNet({ kind: 'classic' });
    const rows = pieces.rowsTrained(classic);
    await useBackend('tensorflow');
    expect(pieces.rowsTrained(classic)).toBe(Math.floor(rows / 3));
    await useBackend('wasm');
    classic.dispose();
  });

  test('is all of them where rows look at each other, or might', () => {
    const compact = buildConvNet();
    const normal = tf.sequential({ layers: [dense({ units: 3, inputShape: [64] }), batchNormalization()] });
    class Own extends tf.layers.Layer {
      static className = 'Own';
      override call(inputs: Tensor | Tensor[]): Tensor | Tensor[] {
        return inputs;
      }
    }
    const own = tf.sequential({ layers: [dense({ units: 3, inputShape: [64] }), new Own({})] });
    for (const model of [compact, normal, own]) {
      expect(pieces.rowsTrained(model)).toBe(Infinity);
      model.dispose();
    }
  });

  test('cuts a batch into as few pieces as can be, of about the same size', () => {
    expect(pieces.cut(64, 13).map(({ from, to }) => to - from)).toEqual([12, 13, 13, 13, 13]);
    expect(pieces.cut(13, 13)).toEqual([{ from: 0, to: 13 }]);
    expect(pieces.cut(5, Infinity)).toEqual([{ from: 0, to: 5 }]);
  });
});

test("the classic network's updates take at most 250 MiB of WebAssembly's memory beside data and weights", async () => {
  await useBackend('wasm');
  const faces = tinyFaces({ size: 96, count: 60 });
  const data = prepare(faces);
  const model = buildConvNet({ kind: 'classic', width: data.width, height: data.height });
  const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number; _free(at: number): void } };
  const { _malloc, _free } = wasm;
  const sizes = new Map<number, number>();
  let [live, peak] = [0, 0];
  wasm._malloc = (bytes) => {
    const at = _malloc(bytes);
    sizes.set(at, bytes);
    live += bytes;
    peak = Math.max(peak, live);
    return at;
  };
  wasm._free = (at) => {
    live -= sizes.get(at) ?? 0;
    sizes.delete(at);
    _free(at);
  };
  try {
    await train(model, data, { iterations: 2, optimizer: 'adam', learningRate: 1e-3, batchSize: 39, augment: true }); // 3 pieces of 13
  } finally {
    Object.assign(wasm, { _malloc, _free });
    model.dispose();
    data.dispose();
  }
  expect(peak / 2 ** 20).toBeLessThan(250);
}, 60_000);
