/** tfjs's kernel Identity, which `clone` and gradients call for every tensor: the same memory once more, where tfjs copies it. */

import type { TensorInfo, WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface Args {
  readonly inputs: { readonly x: TensorInfo };
  readonly backend: WasmBackend;
}

export const identityKernel: Kernel<Args> = {
  name: 'Identity',
  run({ inputs: { x }, backend }) {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
};
