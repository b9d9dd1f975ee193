/**
 * Batch normalisation while a network trains, by the moments of the batch itself, and a ReLU on top where one is asked for: kernels of
 * facemark's own on WASM, TensorFlow's where tfjs-node computes (`tensorflow.ts`). tfjs composes it of a dozen ops, whose gradients take several passes over the memory each. `norm.as.ts` and
 * `norm-gradient.as.ts` have the equations.
 */

import { type Tensor, tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import { hasKernel, type Kernel } from './kernel';

const FORWARD = 'FacemarkBatchNorm';
const GRADIENT = 'FacemarkBatchNormGrad';

/** x of any shape whose last dimension is that of the channels; the others [channels]. */
type Inputs<T> = Readonly<Record<'x' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance', T>>;

/** What the kernels are registered as. */
export const batchNormNames = { forward: FORWARD, gradient: GRADIENT } as const;

export interface BatchNormAttrs {
  /** ε, added to the variance. */
  readonly epsilon: number;
  /** What the moving mean and variance keep of themselves. */
  readonly momentum: number;
  readonly relu: boolean;
}

/** What a step of a training makes of a batch. */
export interface Normed {
  /** Shaped like x. */
  readonly h: Tensor;
  readonly movingMean: Tensor;
  readonly movingVariance: Tensor;
}

/** Whether the current backend has the kernels. */
export function hasBatchNorm(): boolean {
  return hasKernel(FORWARD);
}

/**
 * h = γ (x − mean) / √(variance + ε) + β, or max(0, h), with mean and variance over all but the last axis; and the moving ones drawn towards them.
 * For x in float32 with at least one row, on a backend that has the kernels; differentiable by x, γ and β, once.
 */
export function batchNorm(inputs: Inputs<Tensor>, attrs: BatchNormAttrs): Normed {
  const outputs: unknown = tf.engine().runKernel(FORWARD, { ...inputs }, { ...attrs });
  const [h, , movingMean, movingVariance] = outputs as [Tensor, Tensor, Tensor, Tensor];
  return { h, movingMean, movingVariance };
}

interface ForwardArgs {
  readonly inputs: Inputs<TensorInfo>;
  readonly attrs: BatchNormAttrs;
  readonly backend: WasmBackend;
}

export const batchNormKernel: Kernel<ForwardArgs> = {
  name: FORWARD,
  run({ inputs: { x, gamma, beta, movingMean, movingVariance }, attrs: { epsilon, momentum, relu }, backend }) {
    const heap = heapOf(backend);
    const { kernels } = heap;
    const [rows, columns] = asMatrix(x.shape);
    const ofScratch = [columns, kernels.MOMENTS_BYTES.value / 4];
    const [scratch, h, table, ...moving] = heap.outputs(ofScratch, x.shape, [4, columns], [columns], [columns]);
    const [newMean, newVariance] = moving;
    const [mean, variance] = [heap.at(table), heap.at(table) + 4 * columns];
    kernels.moments(heap.at(x), mean, variance, rows, columns, heap.at(scratch));
    kernels.average(heap.at(movingMean), mean, heap.at(newMean), 1 - momentum, columns);
    kernels.average(heap.at(movingVariance), variance, heap.at(newVariance), 1 - momentum, columns);
    kernels.tabulate(heap.at(table), heap.at(gamma), heap.at(beta), epsilon, columns);
    kernels.normalize(heap.at(x), heap.at(h), heap.at(table), Number(relu), rows, columns);
    backend.disposeData(scratch.dataId);
    return [h, table, newMean, newVariance];
  },
};

interface GradientArgs {
  readonly inputs: { readonly x: TensorInfo; readonly dh: TensorInfo; readonly table: TensorInfo };
  readonly attrs: Pick<BatchNormAttrs, 'relu'>;
  readonly backend: WasmBackend;
}

export const batchNormGradientKernel: Kernel<GradientArgs> = {
  name: GRADIENT,
  run({ inputs: { x, dh, table }, attrs: { relu }, backend }) {
    const heap = heapOf(backend);
    const [rows, columns] = asMatrix(x.shape);
    const [scratch, ...gradients] = heap.outputs([2, columns], x.shape, [columns], [columns]);
    const [dx, dGamma, dBeta] = gradients.map((gradient) => heap.at(gradient)) as [number, number, number];
    heap.kernels.normalizeGradient(
      ...([heap.at(x), heap.at(dh), heap.at(table)] as const),
      ...([dx, dGamma, dBeta] as const),
      ...([Number(relu), rows, columns, heap.at(scratch)] as const),
    );
    backend.disposeData(scratch.dataId);
    return gradients;
  },
};

/** Tells tfjs's tapes how to descend through the kernel. */
export function installBatchNormGradient(): void {
  if (tf.getGradient(FORWARD)) return;
  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [true, true, false, false],
    gradFunc: (upstream, saved, attrs) => {
      const [dh] = upstream as Tensor[];
      const [x, gamma, h, table] = saved;
      const inputs = { x, dh, table, h, gamma } as Record<string, Tensor>; // each engine takes what it needs
      const gradients: unknown = tf.engine().runKernel(GRADIENT, inputs, attrs);
      const [dx, dGamma, dBeta] = gradients as [Tensor, Tensor, Tensor];
      return { x: () => dx, gamma: () => dGamma, beta: () => dBeta };
    },
  });
}

function asMatrix(shape: readonly number[]): [rows: number, columns: number] {
  const columns = shape.at(-1) as number;
  return [tf.util.sizeFromShape(shape.slice(0, -1)), columns];
}
