/** Multiply-adds of a network for one face: every number of a matrix or filter, once for each place of the output. */

/** @param model a tf.LayersModel of dense layers, convolutions (plain, depthwise, separable) and layers without matrices */
export function multiplyAdds(model) {
  return model.layers.reduce((sum, layer) => sum + sizeOf(layer) * placesOf(layer), 0);
}

/** Numbers in a layer's matrices and filters; biases and scales are none. */
function sizeOf({ weights }) {
  const matrices = weights.map(({ shape }) => shape).filter((shape) => shape.length > 1);
  return matrices.reduce((sum, shape) => sum + product(shape), 0);
}

/** [batch, height, width, channels] has height × width places, [batch, units] one. */
function placesOf({ outputShape }) {
  return product(outputShape.slice(1, -1));
}

function product(numbers) {
  return numbers.reduce((a, b) => a * b, 1);
}
