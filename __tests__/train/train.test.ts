import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { type LayersModel, tf } from '../../lib/backend/tf';
import { ACTIVATIONS, type Activation, buildModel } from '../../lib/model/build-model';
import { type Prepared, prepare } from '../../lib/prepare/prepare';
import { setBestWeights, train } from '../../lib/train/train';
import type { IterationReport } from '../../lib/train/watch';
import { messageFrom, type TinyFacesOptions, tinyFaces } from '../tiny-faces';
import { WORKING_BACKENDS } from '../working-backends';

beforeAll(readyForTensors);

const SOLVERS = ['dual', 'dual-ops', 'fit'] as const;
const everywhere = WORKING_BACKENDS.flatMap((backend) => SOLVERS.map((solver) => [solver, backend] as const));

/** Runs `action` with fresh data and a fresh model, and checks that no tensor is left behind. */
async function withNet<T>(
  options: TinyFacesOptions & { activation?: Activation; hiddenUnits?: number | number[]; bias?: boolean },
  action: (model: LayersModel, data: Prepared) => Promise<T>,
): Promise<T> {
  const before = tf.memory().numTensors;
  const data = prepare(tinyFaces(options));
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 10, ...options });
  const made = tf.memory().numTensors;
  try {
    return await action(model, data);
  } finally {
    expect(tf.memory().numTensors).toBe(made);
    model.dispose();
    data.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
}

const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);

/** Largest difference between two lists of numbers, relative to the second where that is above 1e-3. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(
    ...Array.from(a, (value, i) => Math.abs(value - (b[i] as number)) / Math.max(Math.abs(b[i] as number), 1e-3)),
  );
}

describe.each(WORKING_BACKENDS)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each([
    ...ACTIVATIONS.map((activation) => ({ activation })),
    { hiddenUnits: [9, 7, 5] },
    { bias: false },
    { missing: 0.3 },
    { count: 3 },
    { count: 40, size: 3 },
    { momentum: 0.9 },
    { momentum: 0.9, nesterov: true, missing: 0.3 },
  ])('all solvers leave the same weights and the same history: %j', async (options) => {
    const fit = await run('fit');
    for (const dual of [await run('dual'), await run('dual-ops')]) {
      expect(difference(dual.training, fit.training)).toBeLessThan(1e-5);
      expect(difference(dual.validation, fit.validation)).toBeLessThan(1e-5);
      for (const [i, weights] of dual.weights.entries())
        expect(difference(weights, fit.weights[i] as number[])).toBeLessThan(1e-3);
    }

    function run(solver: (typeof SOLVERS)[number]) {
      const { momentum, nesterov } = options as { momentum?: number; nesterov?: boolean };
      return withNet(options, async (model, data) => {
        const { history } = await train(model, data, { solver, iterations: 25, learningRate: 0.1, momentum, nesterov });
        return { ...history, weights: weightsOf(model) };
      });
    }
  });
});

describe.each(everywhere)('the solver %s on %s', (solver, backend) => {
  beforeAll(() => useBackend(backend));

  test('measures both errors with the weights after the update', async () => {
    await withNet({}, async (model, data) => {
      const { history } = await train(model, data, { solver, iterations: 5 });
      for (const [part, errors] of [
        [data.train, history.training],
        [data.validation, history.validation],
      ] as const) {
        const error = tf.tidy(
          () => tf.mean(tf.square(tf.sub(model.predict(part.x) as typeof part.y, part.y))).dataSync()[0],
        );
        expect(errors[4]).toBeCloseTo(error as number, 6);
      }
    });
  });

  test('tells of every iteration in order', async () => {
    const told: IterationReport[] = [];
    const { history } = await withNet({}, (model, data) =>
      train(model, data, { solver, iterations: 6, onIteration: (report) => told.push(report) }),
    );
    expect(told.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(told.map(({ training }) => training)).toEqual([...history.training]);
    expect(told.map(({ validation }) => validation)).toEqual([...history.validation]);
    expect(told.every(({ iterations }) => iterations === 6)).toBe(true);
  });

  test('keeps the best weights, and ends with them when asked to', async () => {
    // A rate this large makes the validation error wander, so that the last iteration is not the best.
    const options = { solver, iterations: 200, learningRate: 12 } as const;
    await withNet({ count: 12 }, async (model, data) => {
      const run = await train(model, data, options);
      expect(run.best.iteration).toBeLessThan(199);
      expect(run.best.validation).toBe(Math.min(...run.history.validation));
      expect(errorOf(model, data)).toBeCloseTo(run.history.validation[199] as number, 5);
      setBestWeights(model, run);
      expect(errorOf(model, data)).toBeCloseTo(run.best.validation, 5);
    });
    await withNet({ count: 12 }, async (model, data) => {
      const run = await train(model, data, { ...options, restoreBest: true });
      expect(run.restoredBest).toBe(true);
      expect(errorOf(model, data)).toBeCloseTo(run.best.validation, 5);
    });
  });

  test('stops when patience is over', async () => {
    await withNet({ count: 12 }, async (model, data) => {
      const run = await train(model, data, { solver, iterations: 500, learningRate: 12, patience: 7 });
      expect(run.stopped).toBe('patience');
      expect(run.history.validation.length - 1 - run.best.iteration).toBe(7);
      expect(run.history.training).toHaveLength(run.history.validation.length);
    });
  });

  test('stops at the signal with what it has', async () => {
    const controller = new AbortController();
    await withNet({}, async (model, data) => {
      const run = await train(model, data, {
        solver,
        iterations: 1000,
        signal: controller.signal,
        onIteration: ({ iteration }) => iteration === 9 && controller.abort(),
      });
      expect(run.stopped).toBe('aborted');
      expect(run.history.training).toHaveLength(solver === 'fit' ? 11 : 10); // fit tells one iteration late
      expect(run.history.validation).toHaveLength(run.history.training.length);
      expect(errorOf(model, data)).toBeCloseTo(run.history.validation.at(-1) as number, 5);
    });
  });

  test('does nothing when the signal came before it', async () => {
    await withNet({}, async (model, data) => {
      const before = weightsOf(model);
      const run = await train(model, data, { solver, signal: AbortSignal.abort() });
      expect([run.stopped, run.best.iteration, run.history.training.length]).toEqual(['aborted', -1, 0]);
      expect(weightsOf(model)).toEqual(before);
    });
  });

  test('says where it diverged and leaves the best weights', async () => {
    await withNet({ activation: 'linear' }, async (model, data) => {
      const error = (await train(model, data, { solver, learningRate: 50 }).catch((thrown) => thrown)) as Error & {
        code: string;
        details: { iteration: number; history: { validation: Float64Array } };
      };
      const { iteration, history } = error.details;
      expect(error.message).toBe(
        `training diverged at iteration ${iteration}: with the learning rate 50 the loss or the weights are no longer finite. Try a smaller learning rate, such as 5.`,
      );
      expect(error.code).toBe('diverged');
      expect(history.validation.slice(0, iteration).every(Number.isFinite)).toBe(true);
      expect(errorOf(model, data)).toBeCloseTo(Math.min(...history.validation.filter(Number.isFinite)), 4);
    });
  });

  test('passes on what the caller throws, cleans up, and leaves no worse weights than there were', async () => {
    await withNet({}, async (model, data) => {
      const before = errorOf(model, data);
      const onIteration = ({ iteration, validation }: { iteration: number; validation: number }) => {
        if (iteration < 5) return;
        expect(validation).toBeGreaterThan(before);
        throw new Error('from the caller');
      };
      const options = { solver, iterations: 8, learningRate: 16, onIteration }; // so large that the error soon grows
      expect(await messageFrom(() => train(model, data, options))).toBe('from the caller');
      expect(errorOf(model, data)).toBeLessThan(before * 1.0001);
    });
  });

  test('gives the same weights whatever the validation rows hold', async () => {
    const faces = tinyFaces();
    const run = async (pixels: Uint8Array) => {
      const data = prepare({ ...faces, pixels });
      const model = buildModel({ inputs: data.inputs, outputs: data.outputs });
      await train(model, data, { solver, iterations: 10 });
      const weights = weightsOf(model);
      model.dispose();
      data.dispose();
      return weights;
    };
    const { validation, dispose } = prepare(faces);
    dispose();
    const pixels = faces.pixels.slice();
    for (const row of validation.rows) pixels.fill(200, row * 64, (row + 1) * 64);
    expect(await run(pixels)).toEqual(await run(faces.pixels));
  });

  test('learns three faces by heart', async () => {
    await withNet({ count: 4, hiddenUnits: 20 }, async (model, data) => {
      const { history } = await train(model, data, { solver, iterations: 600, learningRate: 0.5 });
      expect(history.training.at(-1)).toBeLessThan(1e-4 * (history.training[0] as number));
    });
  });
});

function errorOf(model: LayersModel, { validation: { x, y } }: Prepared): number {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(model.predict(x) as typeof y, y))).dataSync()[0] as number);
}

test.each([...SOLVERS, 'batches'] as const)(
  '%s leaves the initial weights where nothing better comes of it',
  async (solver) => {
    await useBackend('wasm');
    await withNet({}, async (model, data) => {
      const before = weightsOf(model);
      const thrown = await train(model, data, { solver, learningRate: 1e30 }).catch((error) => error);
      expect([thrown.code, thrown.details.iteration]).toEqual(['diverged', 0]);
      expect(weightsOf(model)).toEqual(before);
    });
  },
);

test('labels that are missing weigh nothing, whatever stands in their place', async () => {
  for (const solver of SOLVERS) {
    const weights: number[][][] = [];
    for (const filler of [0, 1e6])
      await withNet({ missing: 0.3 }, async (model, data) => {
        const filled = tf.tidy(() =>
          tf.add(data.train.y, tf.mul(tf.sub(1, data.train.mask as typeof data.train.y), filler)),
        );
        await train(
          model,
          { ...data, train: { ...data.train, y: filled as typeof data.train.y } },
          { solver, iterations: 10 },
        );
        filled.dispose();
        weights.push(weightsOf(model));
      });
    expect(weights[1]).toEqual(weights[0]);
  }
});

describe('the solver', () => {
  test('is fit for a network that the dual form does not know', async () => {
    const data = prepare(tinyFaces());
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 5, inputShape: [64] }), tf.layers.reLU(), tf.layers.dense({ units: 30 })],
    });
    const { solverWhy } = await train(model, data, { iterations: 2 });
    expect(solverWhy).toMatch(/^fit \(not dual: the layer re_lu_\w+ is no dense layer\)$/);
    expect(await messageFrom(() => train(model, data, { solver: 'dual' }))).toMatch(
      /^the solver dual cannot train this: the layer re_lu_\w+ is no dense layer\. Use the solver auto\.$/,
    );
    model.dispose();
    data.dispose();
  });
});

test.each([
  [{ iterations: 0 }, 'iterations is 0; expected a whole number of at least 1.'],
  [{ learningRate: 0 }, 'learningRate is 0; expected a number above 0.'],
  [{ solver: 'adam' as 'fit' }, 'solver is "adam"; expected one of auto, dual, dual-ops, fit, batches.'],
  [{ momentum: 1 }, 'momentum is 1; expected a number of at least 0 and below 1.'],
  [{ threads: 0 }, 'threads is 0; expected a whole number of at least 1.'],
  [{ patience: 0.5 }, 'patience is 0.5; expected a whole number of at least 1.'],
])('the options %j are refused', async (options, sentence) => {
  await withNet({}, async (model, data) => {
    expect(await messageFrom(() => train(model, data, options))).toBe(sentence);
  });
});

test('a model of another shape than the data is refused with the fix', async () => {
  const data = prepare(tinyFaces());
  const model = buildModel({ inputs: 100 });
  expect(await messageFrom(() => train(model, data))).toBe(
    'the model takes 100 inputs and gives 30 outputs, the data has 64 pixels (8×8) and 30 coordinates; expected the same numbers: buildModel({ inputs: data.inputs, outputs: data.outputs }).',
  );
  model.dispose();
  data.dispose();
});

test('the record says what ran', async () => {
  await useBackend('wasm');
  const run = await withNet({}, (model, data) => train(model, data, { iterations: 3 }));
  expect(run).toMatchObject({
    backend: 'wasm',
    backendWhy: 'wasm: asked for',
    stopped: 'finished',
    restoredBest: false,
    options: { iterations: 3, learningRate: 0.01, patience: Infinity },
  });
  expect(run.bestWeights.map(({ length }) => length)).toEqual([640, 10, 300, 30]);
});
