/** The module over tfjs's own memory: what JavaScript may call. */

export {
  activate,
  descendThrough,
  ELU,
  LINEAR,
  RELU,
  RELU6,
  SELU,
  SIGMOID,
  SOFTPLUS,
  SOFTSIGN,
  TANH,
} from './activations.as';
export { gatherRows } from './gather.as';
export { fusedMatmul, SCRATCH_BYTES, useScratch } from './matmul.as';
