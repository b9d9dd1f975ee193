/**
 * tfjs's kernel FusedBatchNorm, which is how a network normalises when it predicts: y = (x − mean) γ / √(variance + ε) + β, with numbers for each
 * channel, as BatchNormalization has them, or for each element, as LayerNormalization asks.
 */

import { tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface Args {
  readonly inputs: Readonly<Record<'x' | 'mean' | 'variance', TensorInfo>> & {
    readonly offset?: TensorInfo;
    readonly scale?: TensorInfo;
  };
  readonly attrs: { readonly varianceEpsilon: number };
  readonly backend: WasmBackend;
}

export const appliedNormKernel: Kernel<Args> = {
  name: 'FusedBatchNorm',
  run({ inputs: { x, mean, variance, offset, scale }, attrs: { varianceEpsilon }, backend }) {
    if (!offset || !scale) return undefined;
    const [count, columns] = [tf.util.sizeFromShape(x.shape), x.shape.at(-1) as number];
    const all = [mean, variance, scale, offset];
    const heap = heapOf(backend);
    const [ofMean, ofVariance, ofScale, ofOffset] = all.map((tensor) => heap.at(tensor)) as [
      number,
      number,
      number,
      number,
    ];
    if (all.every(({ shape }) => tf.util.arraysEqual(shape, x.shape))) {
      const y = heap.output(x.shape);
      heap.kernels.normalizeEach(
        ...([heap.at(x), heap.at(y), ofMean, ofVariance] as const),
        ...([ofScale, ofOffset, varianceEpsilon, count] as const),
      );
      return y;
    }
    if (columns === 0 || !all.every(({ shape }) => shape.length === 1 && shape[0] === columns)) return undefined;
    const [y, table] = heap.outputs(x.shape, [4, columns]);
    heap.kernels.copy(ofMean, heap.at(table), 4 * columns);
    heap.kernels.copy(ofVariance, heap.at(table) + 4 * columns, 4 * columns);
    heap.kernels.tabulate(heap.at(table), ofScale, ofOffset, varianceEpsilon, columns);
    heap.kernels.normalize(heap.at(x), heap.at(y), heap.at(table), 0, count / columns, columns);
    backend.disposeData(table.dataId);
    return y;
  },
};
