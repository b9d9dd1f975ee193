/**
 * tf.layers' dense layer computes the slopes of its inputs together with those of its weights, and in the first layer nobody asks for
 * them: a quarter of a training's arithmetic. While a model trains here its first layer computes x·W + b by ops whose slopes are computed
 * one by one, when they are asked for.
 */

import { type LayersModel, type Tensor, type Tensor2D, tf } from '../backend/tf';

/** What of tf.layers' dense layer is used; protected there. */
interface Dense {
  readonly kernel: { read(): Tensor2D };
  readonly bias: { read(): Tensor } | null | undefined;
  readonly activation: { apply(x: Tensor): Tensor } | null | undefined;
  call?: (inputs: Tensor | Tensor[]) => Tensor;
}

/** Runs a training during which the model's first layer, where it is a dense one, computes lazily. */
export async function withLazyInput<T>(model: LayersModel, training: () => Promise<T>): Promise<T> {
  const first = model.layers.find((layer) => layer.getClassName() !== 'InputLayer');
  const isPlain = first?.getClassName() === 'Dense' && first.inboundNodes.length === 1 && !Object.hasOwn(first, 'call');
  if (!isPlain || model.inputs[0]?.shape.length !== 2) return training();
  const dense = first as unknown as Dense;
  dense.call = (inputs) =>
    tf.tidy(() => {
      const product: Tensor = tf.matMul((Array.isArray(inputs) ? inputs[0] : inputs) as Tensor2D, dense.kernel.read());
      const z = dense.bias ? tf.add(product, dense.bias.read()) : product;
      return dense.activation ? dense.activation.apply(z) : z;
    });
  try {
    return await training();
  } finally {
    delete dense.call; // the class's own is behind it
  }
}
