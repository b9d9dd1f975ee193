/** Landmarks in pixels of gray pictures through a predictor: of one face by name, of many as coordinates. */

import { buildModel, createPredictor, prepare, readFaces, selectFaces, version } from 'facemark';
import { medianSeconds, report, settings } from '../as-subject.mjs';

const { faces, hidden, count, budget } = settings;
const all = await readFaces(faces);
const data = prepare(all);
const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: hidden });
const predictor = createPredictor(model, data);
const some = selectFaces(
  all,
  Array.from({ length: count }, (_, row) => row),
);
const predict = count === 1 ? () => predictor.predict(some.pixels) : () => predictor.predictPoints(some);
const seconds = await medianSeconds(predict, budget);
const points = await predictor.predictPoints(some);
report(seconds, [...points], { facemark: version });
