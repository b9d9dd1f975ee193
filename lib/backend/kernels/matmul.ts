/**
 * tfjs's kernels BatchMatMul and _FusedMatMul: products of matrices, any of them transposed, in batches that broadcast, with bias and
 * activation in one go; activations that have parameters of their own follow as a kernel of tfjs's.
 */

import { tf } from '../tf';
import { applyParameters, codeOf, type FusedActivation } from './fused-activations';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface Args {
  readonly inputs: {
    readonly a: TensorInfo;
    readonly b: TensorInfo;
    readonly bias?: TensorInfo;
    readonly preluActivationWeights?: TensorInfo;
  };
  readonly attrs: FusedActivation & {
    readonly transposeA: boolean;
    readonly transposeB: boolean;
  };
  readonly backend: WasmBackend;
}

/**
 * Below so many rows tfjs's kernel is faster, which keeps the packed weights of a network: 0.09 against 0.35 ms for one face. It has its own idea
 * of NaN in activations, so that only plain products are left to it.
 */
export const FEW_ROWS = 16;
const PANEL_BYTES = 32; // 8 columns, where the rows of a result lie in one piece

export const matmulKernels: readonly Kernel<Args>[] = [
  { name: 'BatchMatMul', run: product },
  { name: '_FusedMatMul', run: fusedProduct },
];

function fusedProduct(args: Args): TensorInfo | undefined {
  const out = product(args);
  return out && applyParameters(out, args.attrs, args.inputs.preluActivationWeights, args.backend);
}

function product({ inputs: { a, b, bias }, attrs, backend }: Args): TensorInfo | undefined {
  const { transposeA, transposeB, activation = 'linear' } = attrs;
  const heap = heapOf(backend);
  const code = codeOf(heap.kernels, activation);
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || code === undefined) return undefined;
  if (a.shape.length < 2 || b.shape.length < 2) return undefined;
  const [rowsOfA, columnsOfA] = lastTwo(a.shape);
  const [rowsOfB, columnsOfB] = lastTwo(b.shape);
  const [m, k] = transposeA ? [columnsOfA, rowsOfA] : [rowsOfA, columnsOfA];
  const [n, kOfB] = transposeB ? [rowsOfB, columnsOfB] : [columnsOfB, rowsOfB];
  if (k !== kOfB || (bias && (bias.dtype !== 'float32' || bias.shape.length !== 1 || bias.shape[0] !== n)))
    return undefined; // the stock kernel has words for it
  const few = m < FEW_ROWS && m * n * k > 0 && !transposeA && !transposeB && a.shape.length === b.shape.length;
  if (few && activation === 'linear') return undefined;

  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const out = heap.output([...batch.shape, m, n]);
  const [aRow, aColumn] = transposeA ? [4, 4 * columnsOfA] : [4 * columnsOfA, 4];
  const [bRow, bColumn] = transposeB ? [4, 4 * columnsOfB] : [4 * columnsOfB, 4];
  const [atA, atB, atOut] = [heap.at(a), heap.at(b), heap.at(out)];
  for (const [i, [ofA, ofB]] of batch.pairs.entries())
    heap.kernels.fusedMatmul(
      ...[atA + 4 * m * k * ofA, aRow, aColumn],
      ...[atB + 4 * k * n * ofB, bRow, bColumn],
      ...[atOut + 4 * m * n * i, 4 * n, PANEL_BYTES],
      ...[m, n, k],
      ...[bias ? heap.at(bias) : 0, code],
    );
  return out;
}

function lastTwo(shape: readonly number[]): [number, number] {
  return shape.slice(-2) as [number, number];
}

/** Leading dimensions of a result, and for each of its matrices which one of a and of b it is made of. */
function broadcast(a: number[], b: number[]): { shape: number[]; pairs: [number, number][] } {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a, b);
  const pairs = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i): [number, number] => [
    indexIn(a, shape, i),
    indexIn(b, shape, i),
  ]);
  return { shape, pairs };
}

/** The i-th place of a shape, in another that broadcasts to it. */
function indexIn(small: readonly number[], shape: readonly number[], i: number): number {
  let index = 0;
  let stride = 1;
  let rest = i;
  for (let d = 1; d <= small.length; d++) {
    const size = shape.at(-d) as number;
    const own = small.at(-d) as number;
    if (own !== 1) index += (rest % size) * stride;
    stride *= own;
    rest = Math.floor(rest / size);
  }
  return index;
}
