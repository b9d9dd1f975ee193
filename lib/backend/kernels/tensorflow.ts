/**
 * Kernels for tfjs-node: ops that TensorFlow has in one go and tfjs-node does not use, under the names by which the kernels for WASM go. Gradients
 * of ReLU and tanh are `ReluGrad` and `TanhGrad` there, batch normalisation while training and its gradient `FusedBatchNorm` and
 * `FusedBatchNormGrad`, a step of Adam `ResourceApplyAdam`.
 */

import { type Tensor, type Tensor4D, tf } from '../tf';
import { ACCUMULATE, accumulateByTensorFlow } from './accumulate';
import { installActivationGradients } from './activation-gradients';
import { ADAM } from './adam';
import { type BatchNormAttrs, batchNormNames, installBatchNormGradient } from './norm';
import { adamByTensorFlow } from './tensorflow-adam';
import { type NodeArgs, type NodeBackend, numberType, type OpAttribute } from './tensorflow-ops';

let isInstalled = false;

/** Puts the kernels in, once; tfjs-node has been loaded. */
export function installTensorFlowKernels(): void {
  if (isInstalled) return;
  isInstalled = true;
  const kernels = {
    ReluGrad: ({ inputs: { y, dy }, backend }: NodeArgs<Record<'y' | 'dy', Tensor>>) =>
      backend.executeSingleOutput('ReluGrad', [numberType(backend, 'T')], [dy, y]),
    TanhGrad: ({ inputs: { y, dy }, backend }: NodeArgs<Record<'y' | 'dy', Tensor>>) =>
      backend.executeSingleOutput('TanhGrad', [numberType(backend, 'T')], [y, dy]),
    [batchNormNames.forward]: forward,
    [batchNormNames.gradient]: gradient,
    [ADAM]: adamByTensorFlow,
    [ACCUMULATE]: accumulateByTensorFlow,
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels))
    if (!tf.getKernel(kernelName, 'tensorflow'))
      tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc: kernelFunc as never });
  installBatchNormGradient();
  installActivationGradients();
}

type NormInputs = Readonly<Record<'x' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance', Tensor>>;

/** [h, [mean, variance], moving mean, moving variance] */
function forward({
  inputs,
  attrs: { epsilon, momentum, relu },
  backend,
}: NodeArgs<NormInputs, BatchNormAttrs>): Tensor[] {
  const { x, gamma, beta, movingMean, movingVariance } = inputs;
  return tf.tidy(() => {
    const none = tf.tensor1d([]);
    const attributes = normAttributes(backend, epsilon);
    const images = asImages(x);
    const outputs = backend.executeMultipleOutputs('FusedBatchNorm', attributes, [images, gamma, beta, none, none], 5);
    const [y, mean, , keptMean, keptVariance] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const drawn = (old: Tensor, value: Tensor) => tf.sub(old, tf.mul(tf.sub(old, value), 1 - momentum));
    const h = tf.reshape(relu ? tf.relu(y) : y, x.shape);
    return [h, tf.stack([keptMean, keptVariance]), drawn(movingMean, mean), drawn(movingVariance, keptVariance)];
  });
}

/** The slopes of x, γ and β. */
function gradient({
  inputs: { x, dh, table, h, gamma },
  attrs: { epsilon, relu },
  backend,
}: NodeArgs<Record<'x' | 'dh' | 'table' | 'h' | 'gamma', Tensor>, BatchNormAttrs>): Tensor[] {
  return tf.tidy(() => {
    const dy = relu ? backend.executeSingleOutput('ReluGrad', [numberType(backend, 'T')], [dh, h]) : dh;
    const [mean, variance] = tf.unstack(table) as [Tensor, Tensor];
    const inputs = [asImages(dy), asImages(x), gamma, mean, variance];
    const [dx, dGamma, dBeta] = backend.executeMultipleOutputs(
      'FusedBatchNormGrad',
      normAttributes(backend, epsilon),
      inputs,
      5,
    ) as [Tensor, Tensor, Tensor];
    return [tf.reshape(dx, x.shape), dGamma, dBeta];
  });
}

function normAttributes(backend: NodeBackend, epsilon: number): OpAttribute[] {
  const { TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = backend.binding;
  return [
    numberType(backend, 'T'),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
}

/** [rows, 1, 1, channels], which is all that the ops look at. */
function asImages(x: Tensor): Tensor4D {
  const channels = x.shape.at(-1) as number;
  return tf.reshape(x, [x.size / channels, 1, 1, channels]);
}
