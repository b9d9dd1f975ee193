/**
 * Kernels for tfjs-node: ops that TensorFlow has in one go and tfjs-node does not use, under the names by which the kernels for WASM go. Gradients
 * of ReLU and tanh are `ReluGrad` and `TanhGrad` there, batch normalisation while training and its gradient `FusedBatchNorm` and
 * `FusedBatchNormGrad`.
 */

import { type Tensor, type Tensor4D, tf } from '../tf';
import { installActivationGradients } from './activation-gradients';
import { type BatchNormAttrs, batchNormNames, installBatchNormGradient } from './norm';

interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What of tfjs-node's backend is used. */
interface NodeBackend {
  readonly binding: Readonly<
    Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT', number>
  >;
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

interface Args<Inputs, Attrs = object> {
  readonly inputs: Inputs;
  readonly attrs: Attrs;
  readonly backend: NodeBackend;
}

let isInstalled = false;

/** Puts the kernels in, once; tfjs-node has been loaded. */
export function installTensorFlowKernels(): void {
  if (isInstalled) return;
  isInstalled = true;
  const kernels = {
    ReluGrad: ({ inputs: { y, dy }, backend }: Args<Record<'y' | 'dy', Tensor>>) =>
      backend.executeSingleOutput('ReluGrad', [typeOf(backend)], [dy, y]),
    TanhGrad: ({ inputs: { y, dy }, backend }: Args<Record<'y' | 'dy', Tensor>>) =>
      backend.executeSingleOutput('TanhGrad', [typeOf(backend)], [y, dy]),
    [batchNormNames.forward]: forward,
    [batchNormNames.gradient]: gradient,
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels))
    if (!tf.getKernel(kernelName, 'tensorflow'))
      tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc: kernelFunc as never });
  installBatchNormGradient();
  installActivationGradients();
}

type NormInputs = Readonly<Record<'x' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance', Tensor>>;

/** [h, [mean, variance], moving mean, moving variance] */
function forward({ inputs, attrs: { epsilon, momentum, relu }, backend }: Args<NormInputs, BatchNormAttrs>): Tensor[] {
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
}: Args<Record<'x' | 'dh' | 'table' | 'h' | 'gamma', Tensor>, BatchNormAttrs>): Tensor[] {
  return tf.tidy(() => {
    const dy = relu ? backend.executeSingleOutput('ReluGrad', [typeOf(backend)], [dh, h]) : dh;
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
    typeOf(backend),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
}

function typeOf({ binding }: NodeBackend): OpAttribute {
  return { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
}

/** [rows, 1, 1, channels], which is all that the ops look at. */
function asImages(x: Tensor): Tensor4D {
  const channels = x.shape.at(-1) as number;
  return tf.reshape(x, [x.size / channels, 1, 1, channels]);
}
