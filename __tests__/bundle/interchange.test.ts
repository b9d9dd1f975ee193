/** What is trained on one backend works on the others: every pair of those that work on this machine. */

import { join } from 'node:path';
import { useBackend } from '../../lib/backend/choose';
import { buildModel } from '../../lib/model/build-model';
import { loadPredictor, saveBundle } from '../../lib/predict/bundle';
import { createPredictor } from '../../lib/predict/predictor';
import { prepare } from '../../lib/prepare/prepare';
import { train } from '../../lib/train/train';
import { emptyFolder } from '../child';
import { tinyFaces } from '../tiny-faces';
import { WORKING_BACKENDS } from '../working-backends';

const faces = tinyFaces({ count: 40 });
const TOLERANCE_PX = 1e-3; // of pictures of 8×8

/** Data, a network and its initial weights. */
async function start() {
  const data = prepare(faces, { seed: 3 });
  const model = buildModel({ inputs: 64, hiddenUnits: 6, seed: 3 });
  const initial = await Promise.all(model.getWeights().map(async (weight) => [...(await weight.data())]));
  return { data, model, initial };
}

test.each(WORKING_BACKENDS)('a bundle trained on %s predicts the same everywhere', async (backend) => {
  await useBackend(backend);
  const folder = join(emptyFolder(), backend);
  const { data, model } = await start();
  const run = await train(model, data, { iterations: 30, learningRate: 0.1 });
  expect(run.backend).toBe(backend);
  const predictor = createPredictor(model, data);
  await saveBundle(folder, predictor, run);
  const expected = await predictor.predictPoints(faces);
  predictor.dispose();
  data.dispose();
  for (const other of WORKING_BACKENDS) {
    await useBackend(other);
    const loaded = await loadPredictor(folder);
    const points = await loaded.predictPoints(faces);
    loaded.dispose();
    for (const [i, value] of points.entries())
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(TOLERANCE_PX);
  }
});

test('the same seed gives the same split and the same initial weights on every backend', async () => {
  const all = [];
  for (const backend of WORKING_BACKENDS) {
    await useBackend(backend);
    const { data, model, initial } = await start();
    all.push({ split: [[...data.train.rows], [...data.validation.rows]], initial });
    model.dispose();
    data.dispose();
  }
  for (const other of all) expect(other).toEqual(all[0]);
});
