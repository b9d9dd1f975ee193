/** A model and the models that stand in it as layers, and in those: what is done for a kind of layer is done wherever such a layer is. */

import type { LayersModel } from '../backend/tf';

/** Each once, the outer before the inner. */
export function modelsIn(model: LayersModel): LayersModel[] {
  const inner = model.layers.filter((layer) => 'layers' in layer) as unknown as LayersModel[];
  return [...new Set([model, ...inner.flatMap(modelsIn)])];
}

/** The layers of all of them that are no models themselves. */
export function layersIn(model: LayersModel): LayersModel['layers'] {
  return modelsIn(model).flatMap(({ layers }) => layers.filter((layer) => !('layers' in layer)));
}
