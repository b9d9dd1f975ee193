/** The module over tfjs's own memory: what JavaScript may call. */

export { accumulate } from './accumulate.as';
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
export { adam } from './adam.as';
export { sumColumns } from './columns.as';
export { convolutionFilterGradient, convolutionInputGradient, convolve } from './convolution.as';
export { copy, repeatPieces } from './copies.as';
export { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise.as';
export { depthwise3x3, depthwise3x3FilterGradient, depthwise3x3InputGradient } from './depthwise3x3.as';
export { depthwise3x3HalvingInputGradient } from './depthwise3x3-halving.as';
export { gatherRows } from './gather.as';
export { convolveGray } from './gray-convolution.as';
export { fusedMatmul, SCRATCH_BYTES, useScratch } from './matmul.as';
export { MOMENTS_BYTES, moments } from './moments.as';
export { average, normalize, normalizeEach, tabulate } from './norm.as';
export { normalizeGradient } from './norm-gradient.as';
export { averagePoolGradient, maxPoolGradient } from './pooling.as';
export { standardize } from './standardize.as';
