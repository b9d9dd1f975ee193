/** The gradient of tanh for tfjs's tapes: TanhGrad where the current backend has such a kernel, tfjs's own three ops elsewhere. */

import { type Tensor, tf } from '../tf';

const OURS = Symbol.for('facemark.tanh-gradient');

type GradFunc = (dy: Tensor, saved: Tensor[]) => Record<string, () => Tensor>;

export function installTanhGradient(): void {
  const stock = tf.getGradient('Tanh');
  const stockFunc = stock.gradFunc as GradFunc;
  if (OURS in stockFunc) return;
  const gradFunc: GradFunc = (dy, saved) =>
    tf.getKernel('TanhGrad', tf.engine().backendName)
      ? { x: () => tf.engine().runKernel('TanhGrad', { y: saved[0] as Tensor, dy }) as Tensor }
      : stockFunc(dy, saved);
  tf.unregisterGradient('Tanh');
  tf.registerGradient({ ...stock, gradFunc: Object.assign(gradFunc, { [OURS]: true }) as never });
  if (tf.getGradient('TanhGrad') === undefined)
    tf.registerGradient({
      kernelName: 'TanhGrad',
      inputsToSave: ['y', 'dy'],
      gradFunc: ((upstream: Tensor, [y, dy]: [Tensor, Tensor]) => ({
        y: () => tf.mul(upstream, tf.mul(dy, tf.mul(y, -2))),
        dy: () => tf.mul(upstream, tf.sub(1, tf.square(y))),
      })) as never,
    });
}
