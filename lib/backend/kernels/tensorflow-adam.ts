/**
 * A step of Adam by TensorFlow's own `ResourceApplyAdam`, in place (`tensorflow-variables.ts`). Composed of ops a step takes five tensors as large as the weights beside the four that it is given; here it takes one.
 *
 * The op knows no decay of weights, which comes before it, and adds its ε to √s in place of √ŝ: η m̂ / (√ŝ + ε) = η′ m / (√s + ε′) with
 * ε′ = ε √(1 − β₂ᵗ) and η′ = η √(1 − β₂ᵗ) / (1 − β₁ᵗ); its own corrections are switched off, as they are computed in float32.
 */

import { type Tensor, tf } from '../tf';
import { type AdamAttrs, type AdamInputs, composed } from './adam';
import { type NodeArgs, numberType } from './tensorflow-ops';
import { valueIn, variableOf } from './tensorflow-variables';

const FEWEST = 2 ** 16; // numbers: becoming a variable and coming back is a dozen ops, which are dearer than what they save of fewer

/** [weights, mean, square]; the mean and square that came in are disposed of. */
export function adamByTensorFlow({ inputs, attrs, backend }: NodeArgs<AdamInputs<Tensor>, AdamAttrs>): Tensor[] {
  const { weights, gradient, mean, square } = inputs;
  if (weights.size < FEWEST) return composed(inputs, attrs);
  const root = Math.sqrt(1 / attrs.correction); // √(1 − β₂ᵗ)
  const numbers = [0, 0, attrs.rate * root, attrs.beta1, attrs.beta2, attrs.epsilon * root].map((value) =>
    tf.scalar(value),
  );
  const shrunk = attrs.shrink === 1 ? tf.clone(weights) : tf.mul(weights, attrs.shrink);
  const variables = [shrunk, mean, square].map((tensor) => variableOf(tensor, backend));
  const { TF_ATTR_BOOL } = backend.binding;
  const attributes = ['use_locking', 'use_nesterov'].map((name) => ({ name, type: TF_ATTR_BOOL, value: false }));
  const all = [...variables, ...numbers, gradient];
  backend.executeMultipleOutputs('ResourceApplyAdam', [numberType(backend, 'T'), ...attributes], all, 0);
  tf.dispose(numbers);
  return variables.map((variable) => valueIn(variable, backend));
}
