/** How a worker answers for one network: photos, faces and inferences, what is ready at the same time going through the network together. */

import type { ImageLimits } from '../predict/image/limits';
import { imagePredictor } from '../predict/predict-image';
import type { Predictor } from '../predict/predictor';
import { infer } from './inference/infer';
import { batchedThrough, namedFaces } from './micro-batch';
import type { PredictAnswer, PredictWork } from './predict-work';

/** Answers one piece of work; the signal says that nobody waits for it any more. */
export type Answerer = (work: PredictWork, signal: AbortSignal) => Promise<PredictAnswer>;

/**
 * Makes what answers.
 *
 * @param model what the network is called
 * @param limits of photos
 */
export function answererOf(model: string, predictor: Predictor, limits: Partial<ImageLimits>): Answerer {
  const network = batchedThrough(predictor);
  const photos = imagePredictor(namedFaces(predictor, network));
  return async (work, signal) => {
    switch (work.kind) {
      case 'image': {
        const { image, box } = work;
        const options = { limits, signal, ...(box && { box }) };
        return { kind: 'image', prediction: await photos.predictImage(image, options) };
      }
      case 'faces':
        return { kind: 'faces', points: await network(work.pixels) };
      case 'inference':
        return { kind: 'inference', ...(await infer(predictor, network, { ...work, model })) };
    }
  };
}
