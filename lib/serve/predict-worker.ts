/** The worker of the pool: it has every network and an engine, and answers what it is asked. `pool.ts` starts it. */

import { useBackend } from '../backend/choose';
import { type LoadedPredictor, predictorOf } from '../predict/bundle';
import { type Answerer, answererOf } from './answers';
import type { PredictStart, PredictWork } from './predict-work';
import { serveAsWorker, type Task } from './worker-duty';

serveAsWorker(async ({ bundles, backend, limits }: PredictStart) => {
  const { name, why } = await useBackend(backend);
  const answerers = new Map<string, Answerer>();
  for (const [model, parts] of Object.entries(bundles)) {
    const predictor = await predictorOf(parts, true);
    await warmUp(predictor);
    answerers.set(model, answererOf(model, predictor, limits));
  }
  return {
    ready: { backend: { name, why } },
    perform: ({ work, signal }: Task<PredictWork>) => (answerers.get(work.model) as Answerer)(work, signal),
  };
});

/** The first prediction takes longest: an engine compiles its kernels. */
async function warmUp({ predict, width, height }: LoadedPredictor): Promise<void> {
  await predict(new Uint8Array(width * height));
}
