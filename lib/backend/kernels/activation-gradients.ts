/**
 * The gradients of activations in one go, where tfjs composes each of several ops: kernels under the names that TensorFlow has for them, and
 * what makes tfjs's tapes call them. Where the current backend has no such kernel, tfjs's own gradient computes.
 */

import { type Tensor, tf } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import { hasKernel, type Kernel } from './kernel';

interface Args {
  readonly inputs: { readonly y: TensorInfo; readonly dy: TensorInfo };
  readonly backend: WasmBackend;
}

/** f′ ∘ dy, with f′ from y = f(x). The same of ReLU from x, as tfjs keeps it: y > 0 is x > 0. */
export const tanhGradKernel: Kernel<Args> = { name: 'TanhGrad', run: (args) => descend('TANH', args) };
export const reluGradKernel: Kernel<Args> = { name: 'ReluGrad', run: (args) => descend('RELU', args) };

function descend(code: 'TANH' | 'RELU', { inputs: { y, dy }, backend }: Args): TensorInfo {
  const heap = heapOf(backend);
  const { kernels } = heap;
  const out = heap.output(y.shape);
  const count = tf.util.sizeFromShape(y.shape);
  kernels.descendThrough(kernels[code].value, heap.at(y), heap.at(dy), heap.at(out), count);
  return out;
}

interface OneGo {
  /** tfjs's name of the activation. */
  readonly op: string;
  readonly kernel: string;
  /** The gradient of the kernel itself by y; that by dy is the kernel again. */
  readonly byY: (upstream: Tensor, y: Tensor, dy: Tensor) => Tensor;
}

const ALL: readonly OneGo[] = [
  {
    op: 'Tanh',
    kernel: tanhGradKernel.name,
    byY: (upstream, y, dy) => tf.mul(upstream, tf.mul(dy, tf.mul(y, -2))), // f′ = 1 − y²
  },
  { op: 'Relu', kernel: reluGradKernel.name, byY: (_, y) => tf.zerosLike(y) },
];

type GradFunc = (dy: Tensor, saved: Tensor[]) => Record<string, () => Tensor>;

/** On our gradient functions, so that a second facemark in one process does not stack up. */
const OURS = Symbol.for('facemark.activation-gradient');

/** Makes tfjs's tapes call the kernels. */
export function installActivationGradients(): void {
  for (const { op, kernel, byY } of ALL) {
    const stock = tf.getGradient(op);
    const stockFunc = stock.gradFunc as GradFunc;
    if (OURS in stockFunc) continue;
    const run = (y: Tensor, dy: Tensor): Tensor => tf.engine().runKernel(kernel, { y, dy }) as Tensor;
    const gradFunc: GradFunc = (dy, saved) =>
      hasKernel(kernel) ? { x: () => run(saved[0] as Tensor, dy) } : stockFunc(dy, saved);
    tf.unregisterGradient(op);
    tf.registerGradient({ ...stock, gradFunc: Object.assign(gradFunc, { [OURS]: true }) as never });
    if (tf.getGradient(kernel)) continue;
    tf.registerGradient({
      kernelName: kernel,
      inputsToSave: ['y', 'dy'],
      gradFunc: ((upstream: Tensor, [y, dy]: [Tensor, Tensor]) => ({
        y: () => byY(upstream, y, dy),
        dy: () => run(y, upstream),
      })) as never,
    });
  }
}
