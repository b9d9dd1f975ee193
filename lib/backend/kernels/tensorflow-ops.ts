/** How an op of TensorFlow's that tfjs-node does not use is called through its backend. */

import type { Tensor } from '../tf';

export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What of tfjs-node's backend is used. */
export interface NodeBackend {
  readonly binding: Readonly<
    Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_ATTR_SHAPE' | 'TF_FLOAT', number>
  >;
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** What a kernel for tfjs-node is given. */
export interface NodeArgs<Inputs, Attrs = object> {
  readonly inputs: Inputs;
  readonly attrs: Attrs;
  readonly backend: NodeBackend;
}

/** The attribute by which an op learns that its numbers are float32. */
export function numberType({ binding }: NodeBackend, name: 'T' | 'dtype'): OpAttribute {
  return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
}
