/**
 * What `measure.ts` runs in a process of its own, so that a crash is reported and not suffered: starts the backend that it is given,
 * measures it, and answers with one line.
 */

import { type BackendName, useBackend } from '../backend/choose';
import { engineVersions, productNumbers, productSpeed } from '../backend/measure';
import { syntheticFaces } from '../data/synthetic/faces';
import { messageOf } from '../errors';
import type { Faces } from '../landmarks/faces';
import { kaggleSchema } from '../landmarks/schema';
import { buildModel } from '../model/build-model';
import { prepare } from '../prepare/prepare';
import { answerAndExit } from '../processes';
import { Random } from '../random';
import { train } from '../train/train';
import type { Measured } from './measure';

const SIDE = 512; // of the matrices
const ITERATIONS = 60;
const ENOUGH_MS = 3000; // of iterations, on a slow engine

async function measure(name: BackendName): Promise<Measured> {
  try {
    await useBackend(name);
    const numbers = [...(await productNumbers()), ...(await stepNumbers())];
    const gflops = await productSpeed(name === 'cpu' ? SIDE / 4 : SIDE);
    return { works: true, version: engineVersions().tensorflow, gflops, iterationMs: await iterationMs(), numbers };
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

/** Losses and a part of the weights after one step of each solver. */
async function stepNumbers(): Promise<number[]> {
  const faces = syntheticFaces({ count: 10, size: 16 });
  const numbers: number[] = [];
  for (const solver of ['fit', 'dual'] as const) {
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
async function iterationMs(): Promise<number> {
  const data = prepare(noise(1000, 8));
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs });
  const enough = AbortSignal.timeout(ENOUGH_MS);
  const at: number[] = [];
  await train(model, data, {
    solver: 'dual',
    iterations: ITERATIONS,
    signal: enough,
    onIteration: () => at.push(performance.now()),
  });
  const times = at.slice(1).map((time, i) => time - (at[i] as number));
  return times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
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

void measure(process.argv[2] as BackendName).then(answerAndExit);
