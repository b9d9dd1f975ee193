/** The solver `dual`, whose threads are held against their twin in tf ops and against themselves. */

import { join } from 'node:path';
import fc from 'fast-check';
import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { type LayersModel, tf } from '../../lib/backend/tf';
import { ACTIVATIONS, buildModel } from '../../lib/model/build-model';
import { type Prepared, prepare } from '../../lib/prepare/prepare';
import { type Run, train } from '../../lib/train/train';
import type { TrainOptions } from '../../lib/train/train-options';
import { node } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';

/** Every worker that has been started, so that tests can kill one and see that all have ended. */
const started: import('node:worker_threads').Worker[] = [];
/** From which worker on the machine refuses to start one. */
const mockLimit = { workers: Infinity };
jest.mock('node:worker_threads', () => {
  const actual = jest.requireActual('node:worker_threads');
  return {
    ...actual,
    Worker: class extends actual.Worker {
      constructor(...args: unknown[]) {
        if (started.length >= mockLimit.workers) throw new Error('no more threads');
        super(...args);
        started.push(this as never);
      }
    },
  };
});

beforeAll(async () => {
  readyForTensors();
  await useBackend('wasm');
});
beforeEach(() => {
  started.length = 0;
});
afterEach(() => {
  expect(started.map(({ threadId }) => threadId).filter((id) => id !== -1)).toEqual([]); // −1: it has ended
});

interface Net {
  readonly count?: number;
  readonly size?: number;
  readonly missing?: number;
  readonly hiddenUnits?: number[];
  readonly activation?: (typeof ACTIVATIONS)[number];
  readonly bias?: boolean;
  readonly landmarks?: readonly string[];
}

interface Trained {
  readonly run: Run;
  readonly weights: Float32Array[];
}

async function trained(net: Net, options: TrainOptions, change?: (data: Prepared) => void): Promise<Trained> {
  const data = prepare(tinyFaces(net));
  change?.(data);
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs, ...{ hiddenUnits: [10], ...net } });
  try {
    const run = await train(model, data, { iterations: 20, learningRate: 0.1, solver: 'dual', ...options });
    return {
      run,
      weights: model
        .getWeights()
        .map((weight) => weight.dataSync() as Float32Array)
        .map((w) => w.slice()),
    };
  } finally {
    model.dispose();
    data.dispose();
  }
}

/** Largest difference, relative to what is expected where that is above 1e-2. */
const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(0, ...Array.from(b, (y, i) => Math.abs((a[i] as number) - y) / Math.max(Math.abs(y), 1e-2)));

test('it leaves the losses and weights of its twin, whatever the sizes, activation, labels, momentum and threads', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.integer({ min: 2, max: 60 }),
        size: fc.integer({ min: 1, max: 12 }),
        missing: fc.constantFrom(0, 0, 0.2),
        hiddenUnits: fc.array(fc.integer({ min: 1, max: 21 }), { minLength: 1, maxLength: 3 }),
        activation: fc.constantFrom(...ACTIVATIONS),
        bias: fc.boolean(),
        landmarks: fc.constantFrom(['nose'], ['nose', 'left_eye', 'right_eye'], undefined),
      }),
      fc.constantFrom({ momentum: 0 }, { momentum: 0.9 }, { momentum: 0.8, nesterov: true }),
      fc.integer({ min: 1, max: 3 }),
      async (net, rule, threads) => {
        const options = { ...rule, iterations: 8, learningRate: 0.02 };
        let twin: Trained;
        try {
          twin = await trained(net as Net, { ...options, solver: 'dual-ops' });
        } catch {
          return; // data that cannot be prepared, such as validation rows without a label
        }
        const { run, weights } = await trained(net as Net, { ...options, threads });
        expect(run).toMatchObject({ solver: 'dual', threads });
        expect(difference(run.history.training, twin.run.history.training)).toBeLessThan(2e-5);
        expect(difference(run.history.validation, twin.run.history.validation)).toBeLessThan(2e-5);
        for (const [i, expected] of twin.weights.entries())
          expect(difference(weights[i] as Float32Array, expected)).toBeLessThan(1e-4);
      },
    ),
    { numRuns: 120, seed: 1 },
  );
});

test('the result is the same bit by bit for any number of threads, and from run to run', async () => {
  const net = { count: 100, size: 9, hiddenUnits: [37, 6], missing: 0.1 };
  const [one, ...others] = await Promise.all([1, 2, 2, 3, 7].map((threads) => trained(net, { threads })));
  for (const { run, weights } of others) {
    expect(run.history).toEqual(one?.run.history);
    expect(weights).toEqual(one?.weights);
  }
});

test('more rows than one block of a product are the same as with its twin', async () => {
  const net = { count: 800, size: 5, hiddenUnits: [6] }; // 560 rows that train, blocks of 512
  const [ours, twin] = [await trained(net, {}), await trained(net, { solver: 'dual-ops' })];
  expect(difference(ours.run.history.validation, twin.run.history.validation)).toBeLessThan(1e-5);
  for (const [i, expected] of twin.weights.entries())
    expect(difference(ours.weights[i] as Float32Array, expected)).toBeLessThan(1e-4);
});

test('what a coordinate without a label holds changes no bit', async () => {
  const net = { missing: 0.3 };
  const plain = await trained(net, {});
  const wild = await trained(net, {}, ({ train, validation }) => {
    for (const part of [train, validation]) {
      const { y, mask } = part as { y: typeof part.y; mask: typeof part.y };
      (part as { y: typeof y }).y = tf.tidy(() => tf.where(tf.cast(mask, 'bool'), y, tf.fill(y.shape, 1e6)));
      y.dispose();
    }
  });
  expect(wild.run.history).toEqual(plain.run.history);
  expect(wild.weights).toEqual(plain.weights);
});

test('a callback may stop it after any iteration: the weights are those of that iteration', async () => {
  for (const last of [0, 1, 6]) {
    const controller = new AbortController();
    const stopped = await trained(
      {},
      { signal: controller.signal, onIteration: ({ iteration }) => iteration === last && controller.abort() },
    );
    expect(stopped.run.stopped).toBe('aborted');
    expect(stopped.run.history.training).toHaveLength(last + 1);
    expect(stopped.weights).toEqual((await trained({}, { iterations: last + 1 })).weights);
  }
});

test('the best weights are those of the best iteration', async () => {
  // A rate this large makes the validation error wander.
  const net = { count: 12 };
  const options = { iterations: 200, learningRate: 12, restoreBest: true, patience: 7 };
  const { run, weights } = await trained(net, options);
  expect(run.stopped).toBe('patience');
  expect(run.history.validation).toHaveLength(run.best.iteration + 8);
  const { weights: expected } = await trained(net, { learningRate: 12, iterations: run.best.iteration + 1 });
  expect(weights).toEqual(expected);
});

test('a callback that throws ends it', async () => {
  const thrown = trained(
    {},
    {
      onIteration: () => {
        throw new Error('enough');
      },
    },
  );
  expect(await messageFrom(() => thrown)).toBe('enough');
});

test.each([0, 1])('a thread (%i) that dies in the middle is an error, and the others end', async (victim) => {
  const run = trained(
    { count: 60 },
    { threads: 2, iterations: 1e6, onIteration: ({ iteration }) => iteration === 5 && started[victim]?.terminate() },
  );
  expect(await messageFrom(() => run)).toBe(
    'a thread of the solver dual ended before the descent, with exit code 1. Try again, or use the solver dual-ops.',
  );
});

test('where only some of the threads can be started, none is left, and auto takes the form in ops', async () => {
  mockLimit.workers = 1;
  try {
    const controller = new AbortController();
    const big = { count: 300, size: 24, hiddenUnits: [64] };
    const { run } = await trained(big, {
      ...{ solver: 'auto', iterations: 1e5, threads: 2, signal: controller.signal },
      onIteration: () => controller.abort(),
    });
    expect(run.solverWhy).toMatch(/^dual-ops \(.*; not dual: a thread cannot be started \(no more threads\)\)$/);
    started.length = 0;
    expect(await messageFrom(() => trained({}, { threads: 2 }))).toBe(
      'the solver dual cannot begin: a thread cannot be started (no more threads). Use the solver auto.',
    );
  } finally {
    mockLimit.workers = Infinity;
  }
});

test('a thread that ends too early without an error is an error too', async () => {
  const { stdout, stderr } = await node(
    [
      '-e',
      `const { buildModel, prepare, syntheticFaces, train } = require('facemark');
      const data = prepare(syntheticFaces({ count: 10, size: 16 }));
      const model = buildModel({ inputs: data.inputs, outputs: data.outputs });
      train(model, data, { solver: 'dual', threads: 2 }).catch(({ message }) => console.log(message));`,
    ],
    {
      env: {
        NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'ends-workers.cjs'))}`,
        FACEMARK_BACKEND: 'wasm',
      },
    },
  );
  expect(stderr).toBe('');
  expect(stdout).toBe(
    'a thread of the solver dual ended before the descent, with exit code 0. Try again, or use the solver dual-ops.\n',
  );
});

test('an abort while the products of rows are made ends it at once, with nothing done', async () => {
  const controller = new AbortController();
  const training = trained({ count: 2000, size: 60 }, { signal: controller.signal, threads: 1, iterations: 5 });
  setTimeout(() => controller.abort(), 1);
  const { run } = await training;
  expect(run.stopped).toBe('aborted');
  expect(run.best.iteration).toBe(run.history.training.length - 1);
});

test.each([
  [
    'a frozen bias',
    (model: LayersModel) => freeze(model.layers[0]?.weights[1]),
    /^the solver dual cannot train this: the layer hidden_1 is frozen\./,
  ],
  [
    'a layer that stands in it twice',
    undefined,
    /^the solver dual cannot train this: a layer stands in the model more than once\./,
  ],
])('a model with %s is refused', async (_, change, sentence) => {
  const data = prepare(tinyFaces());
  const twice = tf.layers.dense({ units: data.inputs, inputShape: [data.inputs] });
  const model = change
    ? buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 4 })
    : tf.sequential({ layers: [twice, twice, tf.layers.dense({ units: data.outputs })] });
  change?.(model);
  expect(await messageFrom(() => train(model, data, { solver: 'dual' }))).toMatch(sentence);
  data.dispose();
});

function freeze(weight: LayersModel['weights'][number] | undefined): void {
  (weight as { trainable: boolean }).trainable = false;
}

test('where shared memory is refused, auto takes the form in ops and says so', async () => {
  const Memory = WebAssembly.Memory;
  const net = { count: 300, size: 24, hiddenUnits: [64] };
  const options = { solver: 'auto', iterations: 1e5, onIteration: () => controller.abort() } as const;
  const controller = new AbortController();
  WebAssembly.Memory = function refuse(pages: { initial: number }) {
    if (pages.initial > 1) throw new RangeError('could not allocate memory');
    return new Memory(pages as never);
  } as never;
  try {
    const { run } = await trained(net, { ...options, signal: controller.signal });
    expect(run.solver).toBe('dual-ops');
    expect(run.solverWhy).toMatch(
      /^dual-ops \([\d.]+ times fewer operations than fit; not dual: 0\.0\d GiB of shared memory are refused \(could not allocate memory\)\)$/,
    );
    expect(await messageFrom(() => trained(net, {}))).toMatch(
      /^the solver dual cannot begin: 0\.0\d GiB of shared memory are refused/,
    );
  } finally {
    WebAssembly.Memory = Memory;
  }
});
