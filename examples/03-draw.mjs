// Draw: a sheet of faces with their landmarks, the error curve, and predictions over faces that were not trained on.
//
//     node examples/03-draw.mjs [faces.csv] [folder]        without a file: 200 synthetic faces

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildModel,
  createPredictor,
  drawFaces,
  drawHistory,
  drawPredictions,
  prepare,
  readFaces,
  renderPng,
  selectFaces,
  syntheticFaces,
  train,
} from 'facemark';

const [file, folder = 'drawings'] = process.argv.slice(2);
const faces = file ? await readFaces(file) : syntheticFaces({ count: 200 });

const data = prepare(faces, { centre: 'perCoordinate' });
const model = buildModel({ inputs: data.inputs, outputs: data.outputs });
const run = await train(model, data, { learningRate: 0.1, iterations: 300 });
const predictor = createPredictor(model, data);
const unseen = selectFaces(faces, data.validation.rows.slice(0, 12));

const pictures = {
  samples: drawFaces(faces, { limit: 12 }),
  curve: drawHistory(run.history, { best: run.best }),
  predictions: drawPredictions(unseen, await predictor.predictPoints(unseen)),
};
data.dispose();
predictor.dispose();

mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(pictures)) {
  writeFileSync(join(folder, `${name}.svg`), svg);
  writeFileSync(join(folder, `${name}.png`), await renderPng(svg));
  console.log(join(folder, `${name}.png`));
}
