/**
 * The gradient of a batch's loss: the mean of (ŷ − y)² over its labelled coordinates, and what the regularisers of layers add to it.
 *
 * A batch that is too large for its network goes through it in pieces, and their gradients are summed: of Σ (ŷ − y)² of a piece, divided by
 * the labels of the whole batch. The sum is the batch's gradient to rounding; dropout draws for one piece after another what it would draw for all,
 * but where one Dropout layer stands in several places: there other units are dropped.
 */

import { accumulated } from '../../../backend/kernels/accumulate';
import { type LayersModel, type Scalar, type Tensor, type Tensor2D, tf, type Variable } from '../../../backend/tf';
import { residual } from '../residual';
import { cut, pieceOf, rowsTrained } from './pieces';
import type { Batch } from './rows';

/** A batch that is still to be made. */
export interface Ordered {
  /** Rows. */
  readonly size: number;
  readonly make: () => Batch;
}

/**
 * The gradients of one batch's loss by the variables, in their order; to be called in a `tidy`.
 *
 * @param clipNorm the largest norm that all of them together may have; undefined for any
 */
export function gradientsOf(
  model: LayersModel,
  variables: readonly Variable[],
  { size, make }: Ordered,
  clipNorm?: number,
): Tensor[] {
  const pieces = cut(size, rowsTrained(model));
  // Sums come first: each finds the place that the weights before the last have left, which anything smaller would break up.
  let gradients = pieces.length > 1 ? variables.map((variable) => tf.zerosLike(variable) as Tensor) : undefined;
  const batch = make();
  const labels = batch.mask ? tf.maximum(tf.sum(batch.mask), 1) : batch.y.size;
  for (const piece of pieces) {
    const own = tf.tidy(() => gradientsOfPiece(model, variables, pieceOf(batch, piece), labels, piece.from === 0));
    gradients = gradients?.map((sum, i) => accumulated(sum, own[i] as Tensor)) ?? own;
  }
  return clipNorm === undefined ? (gradients as Tensor[]) : clipped(gradients as Tensor[], clipNorm);
}

/**
 * @param labels of the whole batch
 * @param isFirst whether the regularisers, which look at no rows, are heeded: once for a batch
 */
function gradientsOfPiece(
  model: LayersModel,
  variables: readonly Variable[],
  piece: Batch,
  labels: Tensor | number,
  isFirst: boolean,
): Tensor[] {
  const { grads } = tf.variableGrads(() => {
    const outputs = model.apply(piece.x, { training: true }) as Tensor2D;
    const error: Scalar = tf.div(tf.sum(tf.square(residual(outputs, piece))), labels);
    return isFirst ? model.calculateLosses().reduce((sum, penalty) => tf.add(sum, penalty), error) : error;
  }, [...variables]);
  return variables.map(({ name }) => grads[name] as Tensor);
}

/** Gradients scaled down together, so that the norm of all is at most `norm`: Pascanu et al. 2013. */
function clipped(gradients: readonly Tensor[], norm: number): Tensor[] {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const scale = tf.minimum(tf.div(norm, tf.sqrt(tf.addN(squares))), 1);
  return gradients.map((gradient) => tf.mul(gradient, scale));
}
