/** Convolutions over pictures [batch, channels, height, width], which tfjs calls NCHW: turned to channels last, computed, and turned back. */

import type { TensorInfo, WasmBackend } from './heap';
import { consume, runKernel } from './stock';
import type { Sliding } from './window';

interface Args {
  readonly inputs: object;
  readonly attrs: Sliding & { readonly dataFormat: string; readonly inputShape?: number[] };
  readonly backend: WasmBackend;
}

/**
 * Runs a kernel of ours over pictures with the channels first.
 *
 * @param pictures which of its inputs are pictures
 * @param gives whether its result is pictures too
 */
export function channelsLast(
  name: string,
  { inputs, attrs, backend }: Args,
  pictures: readonly string[],
  gives = true,
): TensorInfo {
  const turned: Record<string, TensorInfo> = { ...inputs };
  const own: TensorInfo[] = [];
  try {
    for (const picture of pictures) {
      const last = runKernel('Transpose', backend, { x: turned[picture] }, { perm: [0, 2, 3, 1] });
      own.push(last);
      turned[picture] = last;
    }
    const out = runKernel(name, backend, turned, { ...attrs, ...last(attrs), dataFormat: 'NHWC' });
    return gives ? consume('Transpose', backend, out, {}, { perm: [0, 3, 1, 2] }) : out;
  } finally {
    for (const { dataId } of own) backend.disposeData(dataId);
  }
}

/** Shapes and paddings with their channels last. */
function last({ pad, inputShape }: Args['attrs']): object {
  const turn = <T>([batch, channels, height, width]: readonly T[]) => [batch, height, width, channels];
  return {
    pad: typeof pad === 'object' ? turn<[number, number]>(pad) : pad,
    ...(inputShape && { inputShape: turn(inputShape) }),
  };
}
