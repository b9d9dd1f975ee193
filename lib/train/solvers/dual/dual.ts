/**
 * Full-batch gradient descent in the dual form on threads of WebAssembly: `dual.as.ts` computes, this file looks after it. The twin in
 * tf ops, with the equations, is `../dual-ops/dual-ops.ts`; both leave the weights of plain descent.
 *
 * The threads do an iteration, tell its losses, and go on with the gradients meanwhile; before they change a weight they wait for the
 * answer: go on, keep these weights as the best, stop. Until then nothing of the state changes, so it can be read.
 */

import { availableParallelism } from 'node:os';
import { loadWasm, type WasmModule } from '../../../backend/kernels/wasm-module';
import { messageOf } from '../../../errors';
import { ACTIVATIONS, type Activation } from '../../../model/build-model';
import type { Checkpoints } from '../../checkpoints';
import type { DenseLayer } from '../../dense-stack';
import { nextTurn, politely } from '../../event-loop';
import { snapshot, tensorsOf } from '../../snapshot';
import type { Watch } from '../../watch';
import { labelsOf, type Problem, type Refused, type Solution, type Solver, sizesOf, whyNotDualForm } from '../solver';
import { readWeights, writeData, writeWeights } from './arrays';
import { type MemoryPlan, planMemory, writePlan } from './memory-plan';
import { liveState, writeState } from './state';
import { allocate, Threads, type Words } from './threads';

const MODULE = 'train/solvers/dual/dual';
const BYTES_LIMIT = 2 ** 32 - 2 ** 16; // the memory of WebAssembly
const MOST_LAYERS = 500; // what fits below the first array, see memory-plan.ts
const MOST_THREADS = 16; // an iteration of the tutorial has 32 pieces
const START = 1e9; // in multiply-adds: the threads start, about 40 ms
const OVERHEAD = 2e6; // of an iteration: barriers, and the answer of the main thread, about 0.1 ms

/** What the module exports, apart from `run`. */
interface Constants extends Words {
  readonly PROBLEM: number;
  readonly LOSSES: number;
  readonly SCRATCH_BYTES: number;
  readonly KEEP: number;
  readonly STOP: number;
  readonly WANT_BEST: number;
}

export const dual: Solver = { whyNot, cost, price, solve };

function whyNot(problem: Problem): string | undefined {
  const whyNotAnyhow = whyNotDualForm(problem, (activation) => ACTIVATIONS.includes(activation as Activation));
  if (whyNotAnyhow) return whyNotAnyhow;
  const { length } = problem.stack;
  if (length > MOST_LAYERS) return `it has ${length} layers, more than ${MOST_LAYERS}`;
  try {
    constantsOf(loadWasm(MODULE));
  } catch (thrown) {
    return `its threads do not start: ${messageOf(thrown)}`;
  }
  const all = planFor(problem).bytes;
  if (all > BYTES_LIMIT) return `it would take ${(all / 2 ** 30).toFixed(1)} GiB of WebAssembly's 4`;
  return undefined;
}

function cost(problem: Problem, iterations: number): number {
  const { n, m, d, h } = sizesOf(problem);
  return (m - n / 2) * n * d + m * d * h + n * d * h + iterations * m * n * h; // K, half of it mirrored, Z₀, XᵀA; K·A each time
}

function price(problem: Problem, iterations: number): number {
  return START + cost(problem, iterations) / threadsFor(problem.threads) + iterations * OVERHEAD;
}

/** As many as were asked for, else one for each core. */
function threadsFor(asked: number | undefined): number {
  return Math.min(asked ?? availableParallelism(), MOST_THREADS);
}

async function solve(problem: Problem, watch: Watch, checkpoints: Checkpoints): Promise<Solution | Refused> {
  await nextTurn(); // what has been done for this training so far has held the event loop already
  const breathe = politely();
  const { model } = problem;
  const initial = model.getWeights();
  const { resumed } = checkpoints; // of one only the threads can make the weights: they do an iteration, whatever the signal says
  if (watch.isOver && !resumed) return { last: snapshot(model), best: undefined };
  const wasm = loadWasm(MODULE);
  const constants = constantsOf(wasm);
  const plan = planFor(problem);
  const memory = allocate(plan.bytes);
  if (typeof memory === 'string') return { refused: memory };
  const count = plan.sizes.threads;
  const threads = await Threads.start(wasm, memory, constants, count);
  if (typeof threads === 'string') return { refused: threads };
  try {
    await nextTurn();
    const floats = new Float32Array(memory.buffer);
    writePlan(memory.buffer, constants.PROBLEM, plan);
    await writeWeights(floats, plan, initial, breathe);
    resumed?.take((state) => writeState(floats, plan, state));
    await writeData(floats, plan, problem, breathe);
    const losses = new Float64Array(memory.buffer, constants.LOSSES, 2);
    const keep = async (isBest: boolean): Promise<void> => {
      if (checkpoints.isDue) await checkpoints.save(liveState(floats, plan, isBest));
    };
    if (!resumed && watch.isOver) return { last: snapshot(model), best: undefined };
    const done = await descend(threads, losses, constants, watch, keep);
    if (!done) return { last: snapshot(model), best: undefined };
    const { best } = watch;
    const isLast = best.iteration === watch.validation.length - 1;
    const [last, kept] = [
      await readWeights(floats, plan, 'last', breathe),
      best.iteration < 0 || isLast ? undefined : await readWeights(floats, plan, 'best', breathe),
    ];
    return {
      last: tensorsOf(last, initial),
      best: best.iteration < 0 ? undefined : (kept ?? last),
      ...{ threads: count, simd: wasm.variant },
    };
  } finally {
    await threads.end();
  }
}

/**
 * Iteration by iteration, until the watch has seen enough and the threads have made the weights.
 *
 * @param keep is called between two iterations, with whether this one is the best so far
 * @returns false when it was stopped before the first iteration was done
 */
async function descend(
  threads: Threads,
  losses: Float64Array,
  { KEEP, STOP, WANT_BEST }: Constants,
  watch: Watch,
  keep: (isBest: boolean) => Promise<void>,
): Promise<boolean> {
  const breathe = politely();
  threads.answer(0);
  for (;;) {
    const isFirst = watch.validation.length === 0; // before it nothing is worth waiting for
    if (!(await threads.event(isFirst ? watch.signal : undefined))) return false;
    const [training, validation] = losses as unknown as [number, number];
    const isBest = watch.validated(validation);
    watch.trained(training);
    await keep(isBest);
    if (watch.isOver) {
      threads.answer(STOP | (isBest || watch.best.iteration < 0 ? 0 : WANT_BEST));
      return threads.event();
    }
    threads.answer(isBest ? KEEP : 0);
    await breathe();
  }
}

function planFor({ stack, train, validation, learningRate, momentum, nesterov, threads }: Problem): MemoryPlan {
  const wasm = constantsOf(loadWasm(MODULE));
  return planMemory({
    training: train.rows.length,
    validation: validation.rows.length,
    inputs: train.x.shape[1],
    layers: (stack as readonly DenseLayer[]).map(({ units, activation, useBias }) => ({
      units,
      activation: wasm[activation.toUpperCase() as keyof Constants],
      useBias,
    })),
    trainingLabels: labelsOf(train),
    validationLabels: labelsOf(validation),
    ...{ learningRate, momentum, nesterov },
    threads: threadsFor(threads),
    scratchBytes: wasm.SCRATCH_BYTES,
  });
}

let constants: Constants | undefined;

/** The numbers that the module exports. */
function constantsOf({ module }: WasmModule): Constants {
  if (constants) return constants;
  const memory = allocate(1);
  if (typeof memory === 'string') throw new Error(memory);
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, 'threads.as': { wait: () => undefined } });
  const globals = Object.entries(exports).filter(([, value]) => typeof value === 'object' && value && 'value' in value);
  constants = Object.fromEntries(
    globals.map(([name, global]) => [name, (global as WebAssembly.Global).value]),
  ) as unknown as Constants;
  return constants;
}
