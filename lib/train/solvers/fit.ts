/**
 * Full-batch gradient descent through `model.compile` and `model.fit`, for every model that tfjs can train.
 *
 * tfjs's history holds the training error before the update of an epoch and the validation error after it. Ours are both
 * measured after it: the training error of iteration i is the one that tfjs reports with epoch i + 1, and the last is computed
 * at the end. So `onIteration` runs one epoch behind, and an epoch on a slow backend holds the event loop until it is over.
 */

import { type LayersModel, type Scalar, type SGDOptimizer, type Tensor, type Tensor2D, tf } from '../../backend/tf';
import { type LiveArray, liveArray } from '../../bundle/checkpoint';
import type { Part } from '../../prepare/prepare';
import type { Checkpoints } from '../checkpoints';
import { withFusedNorm } from '../fused-norm';
import { withLazyInput } from '../lazy-input';
import { copyOf, liveValuesOf, setWeights, tensorsOf, valuesOf } from '../snapshot';
import type { Watch } from '../watch';
import { ENGINE_SPEED, type Problem, type Solution, type Solver, sizesOf, solutionOf, whyNotPlain } from './solver';

const OVERHEAD = 7e7; // of an epoch, in multiply-adds: what tfjs does around the arithmetic, about 3 ms

export const fit: Solver = { whyNot: whyNotPlain, cost, price, solve };

function cost(problem: Problem, iterations: number): number {
  const { n, m, d, h } = sizesOf(problem);
  return iterations * (n + m) * d * h;
}

function price(problem: Problem, iterations: number): number {
  return cost(problem, iterations) / (ENGINE_SPEED[problem.backend] ?? 1) + iterations * OVERHEAD;
}

async function solve(problem: Problem, watch: Watch, checkpoints: Checkpoints): Promise<Solution> {
  const { model, train, validation, learningRate, momentum, nesterov } = problem;
  const masked = train.mask !== undefined || validation.mask !== undefined;
  const optimizer = momentum > 0 ? tf.train.momentum(learningRate, momentum, nesterov) : tf.train.sgd(learningRate);
  model.compile({ optimizer, loss: masked ? maskedMeanSquaredError : 'meanSquaredError' });
  const targets = tf.tidy(() => [target(train), target(validation)] as [Tensor2D, Tensor2D]);
  const batchSize = Math.max(train.rows.length, validation.rows.length); // one batch for either part
  let best: Float32Array[] | undefined; // the initial ones, until there are better
  try {
    best = await checkpoints.resumed?.take(async (state) => {
      setWeights(model, state.weights);
      await remember(optimizer, model, state.memory);
      return copyOf(state.best ?? state.weights);
    });
    best ??= valuesOf(model.getWeights());
    if (!watch.isOver)
      await withLazyInput(model, () =>
        withFusedNorm(model, () =>
          model.fit(train.x, targets[0], {
            epochs: watch.iterations - watch.validation.length,
            batchSize,
            shuffle: false,
            validationData: [validation.x, targets[1]],
            verbose: 0,
            yieldEvery: 'epoch',
            callbacks: {
              onEpochEnd: async (_, logs) => {
                if (watch.training.length < watch.validation.length) watch.trained(logs?.loss as number);
                const isBest = watch.validated(logs?.val_loss as number);
                if (isBest) best = valuesOf(model.getWeights(), best);
                if (checkpoints.isDue)
                  await checkpoints.save({
                    weights: liveValuesOf(model.getWeights()),
                    best: isBest ? undefined : best?.map(liveArray),
                    memory: await remembered(optimizer),
                    ...{ numbers: new Float64Array(), start: [] },
                  });
                if (watch.isOver) model.stopTraining = true;
              },
            },
          }),
        ),
      );
    if (watch.training.length < watch.validation.length) {
      const last = model.evaluate(train.x, targets[0], { batchSize }) as Scalar;
      watch.trained(last.dataSync()[0] as number);
      last.dispose();
    }
    return solutionOf(model, watch, best);
  } catch (thrown) {
    if (best) setWeights(model, best);
    throw thrown;
  } finally {
    tf.dispose(targets);
    model.optimizer = undefined as never; // not compiled any more: what it was compiled with is gone
    optimizer.dispose();
    tf.SGDOptimizer.prototype.dispose.call(optimizer); // what tfjs's momentum forgets of its base class
  }
}

/** The velocities of tfjs's momentum; the first of an optimizer's weights counts its updates, which plain descent does not ask for. */
async function remembered(optimizer: SGDOptimizer): Promise<LiveArray[]> {
  const [count, ...velocities] = (await optimizer.getWeights()).map(({ tensor }) => tensor);
  count?.dispose();
  return liveValuesOf(velocities);
}

async function remember(
  optimizer: SGDOptimizer,
  model: LayersModel,
  velocities: readonly Float32Array[],
): Promise<void> {
  if (velocities.length === 0) return;
  const tensors = tensorsOf(
    velocities,
    model.trainableWeights.map((weight) => weight.read()),
  );
  const named = tensors.map((tensor, i) => ({ name: `velocity ${i}`, tensor }));
  const count = tf.scalar(0, 'int32');
  await optimizer.setWeights([{ name: 'iter', tensor: count }, ...named]);
  tf.dispose([count, ...tensors]);
}

/** Targets as the loss wants them: y, with NaN for what is not labelled. */
function target({ y, mask }: Part): Tensor2D {
  return mask ? tf.where(tf.cast(mask, 'bool'), y, tf.fill(y.shape, Number.NaN)) : tf.clone(y);
}

/** Mean of (ŷ − y)² over the labelled coordinates; NaN is replaced before it is subtracted, so that no gradient is NaN. */
function maskedMeanSquaredError(y: Tensor, outputs: Tensor): Scalar {
  const missing = tf.isNaN(y);
  const error = tf.sub(tf.where(missing, tf.zerosLike(y), y), outputs);
  const labelled = tf.cast(tf.logicalNot(missing), 'float32');
  return tf.div(tf.sum(tf.square(tf.mul(error, labelled))), tf.sum(labelled)) as Scalar;
}
