/**
 * What `measure.ts` runs in a process of its own, so that a crash is reported and not suffered: starts the backend that it is given,
 * or the threads of the solver `dual`, measures, and answers with one line.
 */

import { type BackendName, useBackend } from '../backend/choose';
import type { Variant } from '../backend/kernels/wasm-module';
import { engineVersions, productNumbers, productSpeed } from '../backend/measure';
import { syntheticFaces } from '../data/synthetic/faces';
import { messageOf } from '../errors';
import type { Faces } from '../landmarks/faces';
import { kaggleSchema } from '../landmarks/schema';
import { buildModel } from '../model/build-model';
import { prepare } from '../prepare/prepare';
import { answerAndExit } from '../processes';
import { Random } from '../random';
import { type Run, train } from '../train/train';
import type { Measured, MeasuredThreads } from './measure';

const SIDE = 512; // of the matrices
const ITERATIONS = 200;
const ENOUGH_MS = 3000; // of iterations, on a slow engine

async function measure(name: BackendName): Promise<Measured> {
  try {
    const { kernels } = await useBackend(name);
    const numbers = [...(await productNumbers()), ...(await stepNumbers())];
    const gflops = await productSpeed(name === 'cpu' ? SIDE / 4 : SIDE);
    const { medianMs } = await iterations('dual-ops');
    return { works: true, version: engineVersions().tensorflow, gflops, iterationMs: medianMs, kernels, numbers };
  } catch (thrown) {
    return {
      works: false,
      whyNot: messageOf(thrown).replace(
        /^the backend \w+ \(asked for\) does not start: |\. Leave the choice to facemark.*$/g,
        '',
      ),
    };
  }
}

async function measureThreads(): Promise<MeasuredThreads> {
  try {
    await useBackend('cpu');
    const { run, medianMs } = await iterations('dual');
    return { works: true, threads: run.threads as number, simd: run.simd as Variant, iterationMs: medianMs };
  } catch (thrown) {
    return {
      works: false,
      whyNot: messageOf(thrown).replace(/^the solver dual cannot (train this|begin): |\. Use the solver .*$/g, ''),
    };
  }
}

/** Losses and a part of the weights after one step of each solver. */
async function stepNumbers(): Promise<number[]> {
  const faces = syntheticFaces({ count: 10, size: 16 });
  const numbers: number[] = [];
  for (const solver of ['fit', 'dual-ops'] as const) {
    const data = prepare(faces);
    const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 6 });
    const { history } = await train(model, data, { solver, iterations: 1, learningRate: 0.1 });
    const [, , weights] = model.getWeights();
    numbers.push(
      ...history.training,
      ...history.validation,
      ...(await (weights as NonNullable<typeof weights>).data()),
    );
    model.dispose();
    data.dispose();
  }
  return numbers;
}

/**
 * Milliseconds of one iteration of the tutorial, 700 faces and 100 hidden units, as `train` does it: in the dual form, whose iterations
 * do not depend on the size of the pictures. The middle of several.
 */
async function iterations(solver: 'dual' | 'dual-ops'): Promise<{ run: Run; medianMs: number }> {
  const data = prepare(noise(1000, 8));
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs });
  const enough = AbortSignal.timeout(ENOUGH_MS);
  const at: number[] = [];
  const run = await train(model, data, {
    solver,
    iterations: ITERATIONS,
    signal: enough,
    onIteration: () => at.push(performance.now()),
  });
  const times = at.slice(1).map((time, i) => time - (at[i] as number));
  return { run, medianMs: times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN };
}

/** Faces that cost nothing to make. */
function noise(count: number, size: number): Faces {
  const random = new Random(1, 'doctor');
  const k2 = kaggleSchema.landmarks.length * 2;
  return {
    schema: kaggleSchema,
    count,
    width: size,
    height: size,
    pixels: Uint8Array.from({ length: count * size * size }, () => random.below(256)),
    points: Float32Array.from({ length: count * k2 }, () => random.uniform(0, size)),
    sourceRows: Int32Array.from({ length: count }, (_, i) => i),
    ids: Array.from({ length: count }, (_, i) => String(i)),
    report: {
      source: 'noise',
      rows: count,
      incompleteDropped: 0,
      incompleteKept: 0,
      labelled: [],
      outside: 0,
      notes: [],
    },
  };
}

const what = process.argv[2] as BackendName | 'threads';
void (what === 'threads' ? measureThreads() : measure(what)).then(answerAndExit);
