/**
 * The table of cases: what is done, by whom, what the result must be, and what should be reached.
 *
 * A case is what `contest.mjs` takes, with a name, `what` in one sentence, `note` where a figure could be misread, `targets`, and `show`,
 * which writes its times in the unit that people compare.
 */

import { join } from 'node:path';
import { ofEquals, ofLosses, ofNumbers } from './deviations.mjs';
import { growthCases } from './growth.mjs';
import { runSubject } from './subject.mjs';
import { memoryMB, milliseconds, millisecondsAbove, timesTheSpeedOf, trainingMiB } from './targets.mjs';

const ROOT = join(import.meta.dirname, '..');
const LOSSES_TOLERANCE = 1e-4; // relative, of float32 against float64 after 750 updates
const CONV_LOSSES_TOLERANCE = 0.1; // relative; measured after 4 passes: see docs/performance.md
const CLASSIC_PASSES = 2; // a second one, so that the best weights have been there before
const CONV_MIB = 300;
const NUMBERS_TOLERANCE = 1e-5; // of the largest, for sums of some thousand products in float32
const DUAL_NOTE =
  'facemark descends in the dual form, which needs a fraction of the operations of a plain loop and leaves the same weights; ' +
  'so compare it with the peers in the dual form too.';

/** OpenBLAS without AVX-512, as it is on most machines at home; WebAssembly's vectors have 128 bits everywhere. */
const AVX2 = { env: { OPENBLAS_CORETYPE: 'Haswell' } };

const inMilliseconds = (digits) => (seconds) => `${(seconds * 1000).toFixed(digits)} ms`;

/**
 * @param world where things are: `data` of data.mjs, `subjects` of subjects.mjs, `expectedLosses`, `cache`, `nodeMajor`, and whether it is `quick`
 */
export function allCases(world) {
  return [
    ...trainCases(world),
    ...fitCases(world),
    ...convNetCases(world),
    ...productCases(world),
    ...readCases(world),
    ...predictCases(world),
    ...startCases(world),
    ...growthCases(world),
  ];
}

function trainCases({ data, subjects: { node, python }, expectedLosses, quick, nodeMajor }) {
  const iterations = quick ? 20 : 750;
  const { hidden, learningRate, weights } = data.sizes;
  const settings = { faces: data.faces, hidden, learningRate, iterations };
  const theirs = { folder: data.folder, faces: data.faces, iterations };
  const losses = ofLosses(iterations);
  const rules = { note: DUAL_NOTE, expected: () => expectedLosses(iterations), tolerance: LOSSES_TOLERANCE };
  return [
    {
      ...rules,
      name: 'train',
      what: `${iterations} full-batch iterations with the validation loss each time, from arrays in memory to trained weights`,
      ours: node('facemark', 'ours/train.mjs', settings),
      peers: [
        python('NumPy, dual form', 'numpy_dual.py', theirs),
        python('NumPy on AVX2, dual form', 'numpy_dual.py', theirs, AVX2),
        python('PyTorch, dual form', 'torch_dual.py', theirs),
        python('NumPy, plain loop', 'numpy_plain.py', theirs),
        python('PyTorch, plain loop', 'torch_plain.py', theirs),
        python('scikit-learn, MLPRegressor', 'sklearn_mlp.py', theirs),
        python('Keras on TensorFlow, fit', 'keras_fit.py', theirs),
        node('tfjs-node, model.fit', 'peers/tfjs_fit.mjs', { ...theirs, engine: 'tensorflow' }),
      ],
      deviation: losses,
      targets: ['NumPy, dual form', 'NumPy on AVX2, dual form'].map((label) =>
        timesTheSpeedOf(label, nodeMajor >= 24 ? 0.8 : 0.6),
      ),
    },
    {
      ...rules,
      name: 'job',
      what: `the whole job from the start of the process: read the CSV, split and scale, ${iterations} iterations, save the model`,
      measure: 'wallSeconds',
      ours: node('facemark', 'ours/job.mjs', settings),
      peers: [
        python('PyTorch and pandas, dual form', 'torch_job.py', { ...theirs, form: 'dual' }),
        python('PyTorch and pandas, plain loop', 'torch_job.py', { ...theirs, form: 'plain' }),
      ],
      deviation: (result, expected) => (result.bytesSaved < 4 * weights ? Infinity : losses(result, expected)),
      targets: [timesTheSpeedOf('PyTorch and pandas, plain loop', nodeMajor >= 24 ? 7 : 5)],
    },
  ];
}

function fitCases({ data, subjects: { node }, expectedLosses, quick }) {
  const { hidden, learningRate } = data.sizes;
  const fitting = (name, engine, iterations) => ({
    name,
    what: `${iterations === 1 ? 'one iteration' : `${iterations} iterations`} of model.fit in one batch, the time of one, the first included`,
    ours: node('facemark, solver fit', 'ours/train.mjs', {
      faces: data.faces,
      hidden,
      learningRate,
      iterations,
      solver: 'fit',
    }),
    peers: [node(`tfjs ${engine} as it is`, 'peers/tfjs_fit.mjs', { folder: data.folder, iterations, engine })],
    expected: () => expectedLosses(iterations),
    deviation: ofLosses(iterations),
    tolerance: LOSSES_TOLERANCE,
    show: (seconds) => inMilliseconds(0)(seconds / iterations),
  });
  return [
    { ...fitting('fit', 'wasm', quick ? 2 : 8), targets: [timesTheSpeedOf('tfjs wasm as it is', 20)] },
    fitting('fit-cpu', 'cpu', 1),
  ];
}

/** Passes over the training faces, errors measured after each; per update of 64 faces, what is measured included. The classic network has no peer. */
function convNetCases({ data, subjects: { node, python }, quick }) {
  const passes = quick ? 1 : 4;
  const settings = { faces: data.faces, passes, batchSize: 64, learningRate: 1e-3 };
  const theirs = { ...settings, folder: data.folder };
  const updates = passes * Math.ceil(data.sizes.trainingRows / settings.batchSize);
  const training = (name, engine, targets, peers = []) => ({
    name,
    what: `train the compact convolutional network for ${passes} passes of batches of 64 with Adam, the time of an update, the errors after each pass included`,
    note: 'Networks of ReLUs drift apart in float32, so the losses are compared loosely; the kernels are tested tightly elsewhere.',
    ours: { ...node(`facemark on ${engine}`, 'ours/conv-net.mjs', settings), env: { FACEMARK_BACKEND: engine } },
    peers: [
      python(TORCH, 'torch_conv.py', theirs),
      python(TORCH_TUNED, 'torch_conv.py', { ...theirs, tuned: true }, MALLOC_KEEPS),
      ...peers,
    ],
    deviation: ofLosses(passes),
    tolerance: CONV_LOSSES_TOLERANCE,
    show: (seconds) => inMilliseconds(1)(seconds / updates),
    targets,
  });
  const classic = (name, engine, targets) => ({
    name,
    what: `train the classic convolutional network for ${CLASSIC_PASSES} passes of batches of 64 with Adam: the memory that it takes, and the time of an update`,
    ours: {
      ...node(`facemark on ${engine}`, 'ours/conv-net.mjs', { ...settings, kind: 'classic', passes: CLASSIC_PASSES }),
      env: { FACEMARK_BACKEND: engine },
    },
    deviation: ofLosses(CLASSIC_PASSES), // from its own first run
    tolerance: CONV_LOSSES_TOLERANCE,
    show: (seconds) => inMilliseconds(0)((seconds / updates / CLASSIC_PASSES) * passes),
    targets,
  });
  return [
    training('conv-net', 'wasm', [
      ...[timesTheSpeedOf(TORCH, 1 / 2), timesTheSpeedOf(TORCH_TUNED, 1 / 3), trainingMiB(CONV_MIB)],
    ]),
    training('conv-net-native', 'tensorflow', [timesTheSpeedOf(TORCH, 1 / 1.5), trainingMiB(CONV_MIB)]),
    classic('conv-net-classic', 'wasm', [trainingMiB(CONV_MIB)]),
    classic('conv-net-classic-native', 'tensorflow', [trainingMiB(CONV_MIB)]),
  ];
}

const TORCH = 'PyTorch';
const TORCH_TUNED = 'PyTorch, malloc tuned and Adam fused';

/** glibc gives large blocks back to the system and asks for them again in every update, unless it is told to keep them. */
const MALLOC_KEEPS = { env: { MALLOC_MMAP_THRESHOLD_: '4294967296', MALLOC_TRIM_THRESHOLD_: '4294967296' } };

/** The products of a step down, forward and back, and a square one; every combination of transposes of each. */
function productCases({ cache, subjects: { node, python }, quick }) {
  const all = [
    [700, 9216, 100],
    [9216, 700, 100],
    [512, 512, 512],
  ];
  return all.flatMap((sizes) =>
    ['nn', 'tn', 'nt', 'tt'].map((transposes) => {
      const [m, k, n] = sizes;
      const settings = {
        folder: join(cache, `product-${sizes.join('x')}`),
        sizes,
        transposeA: transposes[0] === 't',
        transposeB: transposes[1] === 't',
        budget: quick ? 0.2 : 1,
      };
      return {
        name: `matmul-${transposes}-${sizes.join('x')}`,
        what: `a product ${m}×${k} · ${k}×${n}, ${TRANSPOSES[transposes]}`,
        ours: node('facemark on wasm', 'ours/matmul.mjs', settings),
        peers: [
          python('NumPy', 'numpy_matmul.py', settings),
          python('NumPy on AVX2', 'numpy_matmul.py', settings, AVX2),
        ],
        expected: async () => (await runSubject(node('float64', 'product.mjs', settings))).result,
        deviation: ofNumbers,
        tolerance: NUMBERS_TOLERANCE,
        show: (seconds) => `${((2e-9 * m * k * n) / seconds).toFixed(1)} GFLOP/s`,
        targets: [timesTheSpeedOf('NumPy', 0.25), timesTheSpeedOf('NumPy on AVX2', 0.25)],
      };
    }),
  );
}

const TRANSPOSES = {
  nn: 'none of them transposed',
  tn: 'the first stored as its transpose',
  nt: 'the second stored as its transpose',
  tt: 'both stored as their transposes',
};

function readCases({ data, subjects: { node, python } }) {
  const read = (name, faces, rows) => {
    const settings = { folder: data.folder, faces };
    return {
      name,
      what: `read a CSV of ${rows} faces into arrays, pixels and points`,
      ours: node('facemark', 'ours/read.mjs', settings),
      peers: [
        python('pandas, pixels as bytes', 'read_pandas.py', { ...settings, pixels: 'uint8' }),
        python('pandas, pixels as floats', 'read_pandas.py', { ...settings, pixels: 'float32' }),
        python('polars', 'read_polars.py', settings),
      ],
      deviation: ofEquals,
      tolerance: 0,
    };
  };
  const peers = ['pandas, pixels as bytes', 'pandas, pixels as floats', 'polars'];
  return [
    { ...read('read', data.faces, data.sizes.rows), targets: peers.map((label) => timesTheSpeedOf(label, 4)) },
    { ...read('read-7049', data.manyFaces, 7049), targets: [memoryMB(400)] },
  ];
}

function predictCases({ data, subjects: { node, python }, quick }) {
  const predict = (count, targets) => {
    const settings = {
      folder: data.folder,
      faces: data.faces,
      hidden: data.sizes.hidden,
      count,
      budget: quick ? 0.2 : 2,
    };
    return {
      name: `predict-${count}`,
      what: `landmarks in pixels of ${count === 1 ? 'one face' : `${count} faces`}, warmed up`,
      ours: node('facemark on wasm', 'ours/predict.mjs', settings),
      peers: [python('PyTorch, one thread', 'torch_predict.py', settings, { threads: 1 })],
      deviation: ofNumbers,
      tolerance: NUMBERS_TOLERANCE,
      show: inMilliseconds(3),
      targets,
    };
  };
  const many = Math.min(1000, data.sizes.rows);
  return [predict(1, [milliseconds(0.5)]), predict(many, [timesTheSpeedOf('PyTorch, one thread', 1 / 2.5)])];
}

function startCases({ subjects: { nodeWith } }) {
  const start = (name, what, args, limit, right) => ({
    name: `start-${name}`,
    what,
    measure: 'wallSeconds',
    ours: { ...nodeWith('facemark', args), answer: (stdout) => ({ result: right(stdout) }) },
    peers: [{ ...nodeWith('node -e 0', ['-e', '0']), answer: (stdout) => ({ result: stdout === '' }) }],
    expected: () => true,
    deviation: ofEquals,
    tolerance: 0,
    show: inMilliseconds(0),
    targets: [millisecondsAbove('node -e 0', limit)],
  });
  const engine = 'console.log(String(tf.engine().backendName ?? null))';
  const noEngine = (stdout) => stdout.trim() === 'null';
  const command = [join(ROOT, 'dist', 'cli', 'main.js'), '--help'];
  const imported = ['--input-type=module', '-e', `import { tf } from 'facemark'; ${engine}`];
  const required = ['-e', `const { tf } = require('facemark'); ${engine}`];
  return [
    start('help', '`facemark --help`', command, 60, (stdout) => stdout.startsWith('Usage: facemark')),
    start('import', "`import 'facemark'`, which starts no engine", imported, 120, noEngine),
    start('require', "`require('facemark')`, which starts no engine", required, 120, noEngine),
  ];
}
