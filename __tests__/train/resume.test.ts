/** Training that stops in the middle and goes on: what it ends with is held, bit by bit, against training that never stopped. */

import { join } from 'node:path';
import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { type LayersModel, tf } from '../../lib/backend/tf';
import {
  type Checkpoint,
  copyCheckpoint,
  type LiveArray,
  type LiveCheckpoint,
  type SolverState,
} from '../../lib/bundle/checkpoint';
import { readCheckpoint, writeCheckpoint } from '../../lib/bundle/checkpoint-file';
import { type BuildModelOptions, buildModel } from '../../lib/model/build-model';
import { type Prepared, prepare } from '../../lib/prepare/prepare';
import { train } from '../../lib/train/train';
import type { TrainOptions } from '../../lib/train/train-options';
import { emptyFolder, node, ROOT } from '../child';
import { messageFrom, type TinyFacesOptions, tinyFaces } from '../tiny-faces';
import { WORKING_BACKENDS } from '../working-backends';

beforeAll(readyForTensors);

interface Net extends TinyFacesOptions, Pick<BuildModelOptions, 'hiddenUnits' | 'dropout' | 'bias'> {
  /** Of the initial weights. */
  readonly weightsSeed?: number;
  /** Row of the source that the first face comes from. */
  readonly firstRow?: number;
  /** Another network than ours. */
  readonly build?: (data: Prepared) => LayersModel;
}

/** Everything by which two trainings can be told apart. */
async function trained(net: Net, options: TrainOptions) {
  const faces = tinyFaces({ count: 30, ...net });
  const data = prepare({ ...faces, sourceRows: faces.sourceRows.map((row) => row + (net.firstRow ?? 0)) });
  const { inputs, outputs } = data;
  const model =
    net.build?.(data) ?? buildModel({ hiddenUnits: [7, 5], ...net, inputs, outputs, seed: net.weightsSeed });
  try {
    const { history, best, bestWeights, solver, stopped } = await train(model, data, { iterations: 10, ...options });
    const weights = model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
    return { history, best, bestWeights, solver, stopped, weights };
  } finally {
    model.dispose();
    data.dispose();
  }
}

/** Stops after some iterations, whatever the process would have done then, and gives the last checkpoint by way of a file. */
async function killedAfter(iterations: number, net: Net, options: TrainOptions): Promise<Checkpoint> {
  const file = join(emptyFolder(), 'checkpoint.bin');
  const save = async (checkpoint: LiveCheckpoint) => {
    await writeCheckpoint(file, checkpoint);
    if (checkpoint.history.validation.length === iterations) throw new Error('killed');
  };
  expect(await messageFrom(() => trained(net, { ...options, checkpoint: { save, everyIterations: 1 } }))).toBe(
    'killed',
  );
  return (await readCheckpoint(file)) as Checkpoint;
}

/** The arrays of a checkpoint, each with its copy. */
function arraysOf({ state }: LiveCheckpoint, copy: Checkpoint['state']): [LiveArray, Float32Array][] {
  const list = <A>({ weights, best = [], memory, start }: SolverState<A>) => [...weights, ...best, ...memory, ...start];
  const copies = list(copy);
  return list(state).map((array, i) => [array, copies[i] as Float32Array]);
}

/** Batch normalisation, whose moving averages are weights that no gradient changes, between dense layers. */
function withBatchNormalization({ inputs, outputs }: Prepared): LayersModel {
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 1 });
  const hidden = tf.layers.dense({ units: 6, activation: 'tanh', inputShape: [inputs], kernelInitializer });
  const output = tf.layers.dense({ units: outputs, kernelInitializer });
  return tf.sequential({ layers: [hidden, tf.layers.batchNormalization(), output] });
}

const MOMENTUM = { momentum: 0.9, learningRate: 0.02 };
const BATCHES = { solver: 'batches', batchSize: 8 } as const;
const ALL: TrainOptions = {
  ...{ solver: 'batches', batchSize: 8, optimizer: 'adam', learningRate: 0.002, schedule: 'oneCycle' },
  ...{ weightDecay: 0.01, clipNorm: 1, augment: true },
};

const cases: [string, Net, TrainOptions][] = [
  ['dual', {}, { solver: 'dual' }],
  ['dual with momentum and missing labels', { missing: 0.2 }, { solver: 'dual', ...MOMENTUM }],
  ['dual with Nesterov and no biases', { bias: false }, { solver: 'dual', ...MOMENTUM, nesterov: true }],
  ['dual-ops', {}, { solver: 'dual-ops' }],
  ['dual-ops with momentum and missing labels', { missing: 0.2 }, { solver: 'dual-ops', ...MOMENTUM }],
  ['dual-ops with Nesterov and no biases', { bias: false }, { solver: 'dual-ops', ...MOMENTUM, nesterov: true }],
  ['fit', {}, { solver: 'fit' }],
  ['fit with momentum and missing labels', { missing: 0.2 }, { solver: 'fit', ...MOMENTUM }],
  ['fit with Nesterov', {}, { solver: 'fit', ...MOMENTUM, nesterov: true }],
  ['fit with batch normalisation', { build: withBatchNormalization }, { solver: 'fit' }],
  ['batches', {}, BATCHES],
  ['batches with momentum and missing labels', { missing: 0.2 }, { ...BATCHES, ...MOMENTUM }],
  ['batches with dropout and Nesterov', { dropout: 0.3 }, { ...BATCHES, ...MOMENTUM, nesterov: true }],
  ['batches with batch normalisation', { build: withBatchNormalization }, BATCHES],
  ['Adam with dropout, augmentation, one cycle, decay, clipping', { dropout: 0.2, missing: 0.1 }, ALL],
];

describe.each(WORKING_BACKENDS)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(cases)('%s ends as if it had never stopped', async (_, net, options) => {
    const whole = await trained(net, options);
    const before = tf.memory().numTensors;
    const checkpoint = await killedAfter(4, net, options);
    expect(await trained({ ...net, weightsSeed: 5 }, { ...options, resume: checkpoint })).toEqual(whole);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(cases)(
    '%s: a checkpoint reads the same in any portions, and what is done with them changes nothing',
    async (_, net, options) => {
      const save = (checkpoint: LiveCheckpoint) => {
        const { state } = copyCheckpoint(checkpoint);
        for (const [array, whole] of arraysOf(checkpoint, state)) {
          expect(array.length).toBe(whole.length);
          const portion = new Float32Array(4);
          for (let from = 0; from < array.length; from += 3) {
            const part = portion.subarray(0, Math.min(3, array.length - from));
            array.read(from, part);
            expect(part).toEqual(whole.subarray(from, from + 3));
          }
          portion.fill(Number.NaN);
          whole.fill(Number.NaN);
        }
      };
      const before = tf.memory().numTensors;
      const kept = await trained(net, { ...options, checkpoint: { save, everyIterations: 3 } });
      expect(kept).toEqual(await trained(net, options));
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe('on wasm', () => {
  beforeAll(() => useBackend('wasm'));

  test.each([
    ['dual', {}],
    ['dual-ops', {}],
    ['fit', {}],
    ['batches', { batchSize: 8 }],
  ] as const)('%s keeps the weights of a best iteration that was before the checkpoint', async (solver, batches) => {
    const options = { solver, ...batches, learningRate: 16, restoreBest: true }; // so large that the error soon grows
    const whole = await trained({}, options);
    expect(whole.best.iteration).toBeLessThan(2);
    const resume = await killedAfter(4, {}, options);
    expect(await trained({ weightsSeed: 5 }, { ...options, resume })).toEqual(whole);
  });

  test.each(['dual', 'dual-ops', 'fit', 'batches'] as const)(
    '%s may stop after any iteration, and again',
    async (solver) => {
      const options: TrainOptions = { solver, learningRate: 4, momentum: 0.5, iterations: 7, patience: 5 };
      const whole = await trained({}, options);
      const last = whole.history.validation.length - 1;
      let resume: Checkpoint | undefined;
      for (let done = 1; done <= last; done++) resume = await killedAfter(done, {}, { ...options, resume });
      expect(await trained({}, { ...options, resume })).toEqual(whole);
    },
  );

  test.each(['dual', 'dual-ops', 'fit', 'batches'] as const)('%s that a signal stopped goes on', async (solver) => {
    const whole = await trained({}, { solver });
    const controller = new AbortController();
    let resume: Checkpoint | undefined;
    const { stopped } = await trained(
      {},
      {
        solver,
        signal: controller.signal,
        onIteration: ({ iteration }) => iteration === 2 && controller.abort(),
        checkpoint: {
          save: (checkpoint) => {
            resume = copyCheckpoint(checkpoint);
          },
        },
      },
    );
    expect([stopped, resume?.history.validation.length]).toEqual(['aborted', solver === 'fit' ? 4 : 3]);
    expect(await trained({}, { resume })).toEqual(whole);
  });

  test('another number of threads changes no bit', async () => {
    const options = { solver: 'dual', momentum: 0.9 } as const;
    const whole = await trained({}, { ...options, threads: 1 });
    const resume = await killedAfter(3, {}, { ...options, threads: 2 });
    expect(await trained({}, { ...options, threads: 3, resume })).toEqual(whole);
  });

  test('onIteration is told of the iterations that are left, and the seconds add up', async () => {
    const resume = { ...(await killedAfter(4, {}, { solver: 'dual-ops' })), seconds: 1000 };
    const told: number[] = [];
    const data = prepare(tinyFaces({ count: 30 }));
    const model = buildModel({ hiddenUnits: [7, 5], inputs: data.inputs, outputs: data.outputs });
    const onIteration = ({ iteration }: { iteration: number }) => void told.push(iteration);
    const run = await train(model, data, { iterations: 10, resume, onIteration });
    model.dispose();
    data.dispose();
    expect(told).toEqual([4, 5, 6, 7, 8, 9]);
    expect(run.seconds).toBeGreaterThan(1000);
    expect(run.seconds).toBeLessThan(1060);
  });

  test('a checkpoint is due after so many iterations, or seconds, and never at the end', async () => {
    const saved = async (every: { everyIterations?: number; everySeconds?: number }) => {
      const iterations: number[] = [];
      const save = ({ history }: LiveCheckpoint) => void iterations.push(history.validation.length);
      await trained({}, { solver: 'dual', checkpoint: { save, ...every } });
      return iterations;
    };
    expect(await saved({ everyIterations: 3 })).toEqual([3, 6, 9]);
    expect(await saved({ everyIterations: 5 })).toEqual([5]);
    expect(await saved({ everySeconds: 0 })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await saved({})).toEqual([]);
  });

  test('a checkpoint that is read when the training has gone on is refused', async () => {
    const kept: LiveCheckpoint[] = [];
    const save = (checkpoint: LiveCheckpoint) => void kept.push(checkpoint);
    await trained({}, { solver: 'dual-ops', checkpoint: { save, everyIterations: 5 } });
    const tooLate = messageFrom(async () => copyCheckpoint(kept[0] as LiveCheckpoint));
    expect(await tooLate).toBe(
      'a checkpoint was read after save had come back, when the training had gone on; expected a save that waits: (checkpoint) => writeCheckpoint(file, checkpoint), or one that copies: copyCheckpoint(checkpoint).',
    );
    const resume = kept[0] as unknown as Checkpoint; // as a program in JavaScript might
    expect(await messageFrom(() => trained({}, { resume }))).toBe(
      "resume is a checkpoint as save was given it, whose arrays were its training's; expected a copy that was made before save came back: copyCheckpoint(checkpoint).",
    );
  });

  test('a checkpoint may be given by a function, now or later', async () => {
    const whole = await trained({}, { solver: 'dual-ops' });
    const checkpoint = await killedAfter(4, {}, { solver: 'dual-ops' });
    expect(await trained({}, { resume: () => checkpoint })).toEqual(whole);
    expect(await trained({}, { resume: async () => checkpoint })).toEqual(whole);
    expect(await trained({}, { solver: 'dual-ops', resume: () => undefined })).toEqual(whole);
  });

  test('no solver holds on to what it went on from', async () => {
    const script = `
      const { prepare, buildModel, readCheckpoint, syntheticFaces, train, useBackend, writeCheckpoint } = require(process.argv[1]);
      const file = process.argv[2];
      (async () => {
        await useBackend('wasm');
        const data = prepare(syntheticFaces({ count: 30 }));
        const held = {};
        for (const solver of ['dual', 'dual-ops', 'fit', 'batches']) {
          const model = buildModel({ hiddenUnits: 8 });
          const options = { solver, iterations: 6, momentum: 0.5 };
          const first = { everyIterations: 3, save: (checkpoint) => writeCheckpoint(file, checkpoint) };
          await train(model, data, { ...options, checkpoint: first });
          const buffers = [];
          const resume = async () => {
            const checkpoint = await readCheckpoint(file);
            const { weights, memory } = checkpoint.state;
            buffers.push(...[...weights, ...memory].map(({ buffer }) => new WeakRef(buffer)));
            return checkpoint;
          };
          const save = async () => {
            await new Promise(setImmediate);
            gc();
            held[solver] = buffers.filter((buffer) => buffer.deref()).length + ' of ' + buffers.length;
          };
          await train(model, data, { ...options, resume, checkpoint: { everyIterations: 1, save } });
        }
        console.log(JSON.stringify(held));
      })();`;
    const command = ['--expose-gc', '-e', script, join(ROOT, 'dist', 'index.js'), join(emptyFolder(), 'training.bin')];
    const { stdout, stderr } = await node(command);
    expect(stderr).toBe('');
    const none = '0 of 8';
    expect(JSON.parse(stdout)).toEqual({ dual: none, 'dual-ops': none, fit: none, batches: none });
  });

  const ENDS = 'It ends as if it had never stopped only where all is as it was.';
  const cannot = (what: string) => `the training cannot go on from this checkpoint: ${what}. ${ENDS}`;
  const HASH = '"[0-9a-f]{64}"';

  test.each<[string, Net, TrainOptions, string]>([
    ['another learning rate', {}, { learningRate: 0.2 }, cannot('learningRate is 0.2, and was 0.01')],
    ['more iterations', {}, { iterations: 20 }, cannot('iterations is 20, and was 10')],
    ['patience where there was none', {}, { patience: 3 }, cannot('patience is 3, and was not given')],
    ['batches', {}, { batchSize: 4 }, cannot('batchSize is 4, and was not given')],
    ['other faces', { count: 31 }, {}, cannot(`the SHA-256 of the faces is ${HASH}, and was ${HASH}`)],
    [
      'a file with one more row that is left out',
      { firstRow: 1 },
      {},
      cannot(`the SHA-256 of the split is ${HASH}, and was ${HASH}`),
    ],
    [
      'a file with other landmarks in the same places',
      { landmarks: Array.from({ length: 15 }, (_, j) => `dot_${j}`) },
      {},
      cannot(`the SHA-256 of the landmarks' names is ${HASH}, and was ${HASH}`),
    ],
    [
      'another network',
      { hiddenUnits: [7, 6] },
      {},
      cannot(`the SHA-256 of the network's layers is ${HASH}, and was ${HASH}`),
    ],
    [
      'another solver',
      {},
      { solver: 'fit' },
      'the solver fit cannot go on from a checkpoint of the solver dual-ops; expected that one, or auto.',
    ],
  ])('%s is refused', async (_, net, options, sentence) => {
    const resume = await killedAfter(4, {}, { solver: 'dual-ops' });
    expect(await messageFrom(() => trained(net, { ...options, resume }))).toMatch(new RegExp(`^${sentence}$`));
  });

  test('a checkpoint of another backend, version or split is refused', async () => {
    const checkpoint = await killedAfter(4, {}, { solver: 'dual-ops' });
    const changed = (change: Record<string, unknown>): Promise<string> =>
      messageFrom(() =>
        trained({}, { resume: { ...checkpoint, circumstances: { ...checkpoint.circumstances, ...change } } }),
      );
    expect(await changed({ backend: 'tensorflow' })).toBe(cannot('the backend is "wasm", and was "tensorflow"'));
    expect(await changed({ tfjs: '4.21.0' })).toBe(
      cannot('the version of TensorFlow.js is "4.22.0", and was "4.21.0"'),
    );
    expect(await changed({ split: 'other' })).toMatch(
      new RegExp(cannot(`the SHA-256 of the split is ${HASH}, and was "other"`)),
    );
  });

  test.each([
    [{ everySeconds: -1 }, 'everySeconds is -1; expected a number of at least 0.'],
    [{ everyIterations: 0 }, 'everyIterations is 0; expected a whole number of at least 1.'],
  ])('%j is refused', async (every, sentence) => {
    expect(await messageFrom(() => trained({}, { checkpoint: { save: () => undefined, ...every } }))).toBe(sentence);
  });
});
