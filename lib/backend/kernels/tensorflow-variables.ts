/**
 * Tensors that change where they lie: TensorFlow's variables, which tfjs-node does not have. Becoming one and being read out of it again shares memory and
 * copies nothing; what somebody else holds on to meanwhile, TensorFlow copies before it writes.
 */

import type { Tensor } from '../tf';
import { type NodeBackend, numberType } from './tensorflow-ops';

/** By this name TensorFlow gives each variable one of its own, and does not keep what made it: `ResourceHandle::ANONYMOUS_NAME`. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** A variable in the place of a tensor, which is disposed of. What comes back stands for the variable's handle, as an input of ops. */
export function variableOf(tensor: Tensor, backend: NodeBackend): Tensor {
  const { TF_ATTR_STRING, TF_ATTR_SHAPE } = backend.binding;
  const type = numberType(backend, 'dtype');
  const variable = backend.executeSingleOutput(
    'VarHandleOp',
    [
      { name: 'container', type: TF_ATTR_STRING, value: '' },
      { name: 'shared_name', type: TF_ATTR_STRING, value: ANONYMOUS },
      { name: 'shape', type: TF_ATTR_SHAPE, value: tensor.shape },
      type,
    ],
    [],
  );
  backend.executeMultipleOutputs('AssignVariableOp', [type], [variable, tensor], 0);
  tensor.dispose();
  return variable;
}

/** A tensor in the place of a variable, which is gone. */
export function valueIn(variable: Tensor, backend: NodeBackend): Tensor {
  const tensor = backend.executeSingleOutput('ReadVariableOp', [numberType(backend, 'dtype')], [variable]);
  const attribute = { name: 'ignore_lookup_error', type: backend.binding.TF_ATTR_BOOL, value: false };
  backend.executeMultipleOutputs('DestroyResourceOp', [attribute], [variable], 0);
  variable.dispose();
  return tensor;
}
