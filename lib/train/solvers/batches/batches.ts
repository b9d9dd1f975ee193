/**
 * Descent by mini-batches, for every model that tfjs can differentiate and every regime: each pass over the training rows in an order of
 * its own, an update for each batch. All that is random follows from the seed and the number of the pass, never from what ran before.
 *
 * `gradients.ts` has the loss of a batch, `pieces.ts` how much of one goes through the network at once. The errors in the history are those of whole
 * parts, with the weights after the pass, dropout switched off, and regularisers left out.
 */

import { type LayersModel, type Tensor, type Tensor2D, tf, type Variable } from '../../../backend/tf';
import { liveArray } from '../../../bundle/checkpoint';
import { rowsPredicted } from '../../../model/rows-at-once';
import type { Part } from '../../../prepare/prepare';
import { Random } from '../../../random';
import type { Checkpoints } from '../../checkpoints';
import { politely } from '../../event-loop';
import { withFusedNorm } from '../../fused-norm';
import { withLazyInput } from '../../lazy-input';
import { withRectifiedLayers } from '../../rectified-layers';
import { ratesAt } from '../../schedules';
import { withSeededDropout } from '../../seeded-dropout';
import { copyOf, liveValuesOf, setWeights, valuesOf } from '../../snapshot';
import { withStandardizedInput } from '../../standardized-input';
import type { Watch } from '../../watch';
import { residual } from '../residual';
import { ENGINE_SPEED, type Problem, type Solution, type Solver, sizesOf, solutionOf } from '../solver';
import { gradientsOf } from './gradients';
import { makeOptimizer } from './optimizers';
import { rowsTrained } from './pieces';
import { augmentedRows, plainRows } from './rows';

const ROWS_MEASURED = 256; // whose errors are measured at once, at most
const OVERHEAD = 1e8; // of an update, in multiply-adds: tapes and ops around the arithmetic, about 4 ms

export const batches: Solver = { whyNot: () => undefined, cost, price, solve };

function cost(problem: Problem, iterations: number): number {
  const { n, m, d, h } = sizesOf(problem);
  return iterations * (2 * n + m) * d * h; // and the training error after it
}

function price(problem: Problem, iterations: number): number {
  const updates = iterations * Math.ceil(problem.train.rows.length / batchOf(problem));
  return cost(problem, iterations) / (ENGINE_SPEED[problem.backend] ?? 1) + updates * OVERHEAD;
}

async function solve(problem: Problem, watch: Watch, checkpoints: Checkpoints): Promise<Solution> {
  const { model, train, validation, regime } = problem;
  const breathe = politely();
  const rowsOf = regime.augment
    ? augmentedRows(train, problem.knowledge, regime.augment, regime.seed)
    : plainRows(train);
  // A layer that stands in a model and in one within it is listed twice.
  const variables = [...new Set(model.trainableWeights.map((weight) => weight.read() as Variable))];
  const optimizer = makeOptimizer(regime.optimizer, variables, { ...problem, ...regime });
  const top = { learningRate: problem.learningRate, momentum: problem.momentum };
  const perPass = Math.ceil(train.rows.length / batchOf(problem));
  let best: Float32Array[] | undefined; // the initial ones, until there are better
  try {
    best = checkpoints.resumed?.take((state) => {
      setWeights(model, state.weights);
      optimizer.remember(state);
      return copyOf(state.best ?? state.weights);
    });
    best ??= valuesOf(model.getWeights());
    const passes = async (beginUpdate: (update: number) => void): Promise<void> => {
      for (let pass = watch.validation.length; !watch.isOver; pass++) {
        for (const [i, rows] of batchesOf(problem, pass).entries()) {
          const done = pass * perPass + i;
          const progress = done / (watch.iterations * perPass);
          beginUpdate(done);
          tf.tidy(() => {
            const batch = { size: rows.length, make: () => rowsOf(rows, pass) };
            const gradients = gradientsOf(model, variables, batch, regime.clipNorm);
            optimizer.update(gradients, ratesAt(regime.schedule, progress, top));
          });
          await breathe();
        }
        const [training, error] = [await errorOf(model, train, breathe), await errorOf(model, validation, breathe)];
        const isBest = watch.validated(error);
        if (isBest) best = valuesOf(model.getWeights(), best);
        watch.trained(training);
        if (checkpoints.isDue)
          await checkpoints.save({
            weights: liveValuesOf(model.getWeights()),
            best: isBest ? undefined : best?.map(liveArray),
            ...optimizer.remembered(),
            start: [],
          });
      }
    };
    const training = () =>
      withStandardizedInput(model, () =>
        withLazyInput(model, () => withFusedNorm(model, () => withSeededDropout(model, regime.seed, passes))),
      );
    await (batchOf(problem) > rowsTrained(model) ? withRectifiedLayers(model, training) : training());
    return solutionOf(model, watch, best);
  } catch (thrown) {
    if (best) setWeights(model, best);
    throw thrown;
  } finally {
    optimizer.dispose();
  }
}

function batchOf({ train, regime }: Problem): number {
  return Math.min(regime.batchSize ?? Infinity, train.rows.length);
}

/** The rows of each batch of a pass: a permutation of all, cut into pieces; the last may be smaller. */
function batchesOf(problem: Problem, pass: number): Int32Array[] {
  const n = problem.train.rows.length;
  const size = batchOf(problem);
  const order = Int32Array.from({ length: n }, (_, row) => row);
  if (size < n) new Random(problem.regime.seed, `pass ${pass}`).shuffle(order);
  return Array.from({ length: Math.ceil(n / size) }, (_, i) => order.subarray(i * size, (i + 1) * size));
}

/** The mean squared error of a whole part, some rows at a time. */
async function errorOf(model: LayersModel, part: Part, breathe: () => Promise<void>): Promise<number> {
  let sum = 0;
  let labels = 0;
  const rows = rowsPredicted(model, ROWS_MEASURED);
  for (let from = 0; from < part.rows.length; from += rows) {
    const size = Math.min(rows, part.rows.length - from);
    const slice = (all: Tensor2D): Tensor2D => tf.slice(all, [from, 0], [size, -1]);
    const [squares, count] = tf.tidy(() => {
      const mask = part.mask && slice(part.mask);
      const error = residual(model.apply(slice(part.x)) as Tensor2D, { y: slice(part.y), mask });
      const total = (values: Tensor): number => tf.sum(values).dataSync()[0] as number;
      return [total(tf.square(error)), mask ? total(mask) : error.size];
    }) as unknown as [number, number];
    sum += squares;
    labels += count;
    await breathe();
  }
  return sum / labels;
}
