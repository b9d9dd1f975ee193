/**
 * tfjs's kernels MaxPoolGrad and AvgPoolGrad. Its own on WASM take 20 to 50 times as long, and give the gradient of a maximum to the last of several,
 * where the cpu backend gives it to the first. That of a mean is wrong in tfjs, on both, where a window reaches beyond the picture: AvgPool
 * divides by the inputs that it sees, its gradient by the size of the window. Ours, as TensorFlow's, divides by the same number.
 */

import { tf } from '../tf';
import { type Heap, heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';
import { type Sliding, writeWindow } from './window';

interface Args {
  readonly inputs: { readonly dy: TensorInfo; readonly input: TensorInfo };
  readonly attrs: Pick<Sliding, 'strides' | 'dimRoundingMode'> & {
    readonly filterSize: number | [number, number];
    readonly pad: 'valid' | 'same' | number;
  };
  readonly backend: WasmBackend;
}

export const maxPoolGradientKernel: Kernel<Args> = {
  name: 'MaxPoolGrad',
  run: (args) =>
    gradient(args, (heap, window, out, best) => {
      const { input, dy } = args.inputs;
      heap.kernels.maxPoolGradient(window, heap.at(input), heap.at(dy), heap.at(out), best);
    }),
};

export const averagePoolGradientKernel: Kernel<Args> = {
  name: 'AvgPoolGrad',
  run: (args) =>
    gradient(args, (heap, window, out) =>
      heap.kernels.averagePoolGradient(window, heap.at(args.inputs.dy), heap.at(out)),
    ),
};

function gradient(
  { inputs: { dy, input }, attrs, backend }: Args,
  compute: (heap: Heap, window: number, out: TensorInfo, channels: number) => void,
): TensorInfo | undefined {
  if (input.dtype !== 'float32' || dy.dtype !== 'float32') return undefined;
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(
    ...([input.shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode] as const),
  );
  const heap = heapOf(backend);
  const window = writeWindow(heap, info, dy.shape);
  const channels = heap.room(4 * info.inChannels);
  const out = heap.output(input.shape);
  compute(heap, window, out, channels);
  return out;
}
