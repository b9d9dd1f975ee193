/**
 * tfjs's kernels Identity, which `clone` calls for every tensor that a gradient needs, and Cast to the type that a tensor has, which is the gradient
 * of Identity: the same memory once more, where tfjs copies it.
 */

import type { DataType } from '../tf';
import { heapOf, type TensorInfo, type WasmBackend } from './heap';
import type { Kernel } from './kernel';

interface Args {
  readonly inputs: { readonly x: TensorInfo };
  readonly backend: WasmBackend;
}

interface CastArgs extends Args {
  readonly attrs: { readonly dtype: DataType };
}

export const identityKernel: Kernel<Args> = { name: 'Identity', run: share };

export const castKernel: Kernel<CastArgs> = {
  name: 'Cast',
  run: (args) => (args.attrs.dtype === args.inputs.x.dtype ? share(args) : undefined),
};

function share({ inputs: { x }, backend }: Args): TensorInfo {
  return heapOf(backend).again(x);
}
