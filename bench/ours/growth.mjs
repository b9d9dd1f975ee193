/** facemark's descent on random faces of any number and size, made in memory. */

import { buildModel, prepare, syntheticFaces, train } from 'facemark';
import { report, settings } from '../as-subject.mjs';
import { described } from './described.mjs';

const { rows, side, hidden, iterations, solver, threads } = settings;
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const one = syntheticFaces({ count: 1, size: side });
const faces = {
  ...one,
  count: rows,
  pixels: Uint8Array.from({ length: rows * side * side }, () => random() * 256),
  points: Float32Array.from({ length: rows * one.points.length }, () => random() * side),
  sourceRows: Int32Array.from({ length: rows }, (_, row) => row),
  ids: Array.from({ length: rows }, (_, row) => String(row)),
};
const data = prepare(faces);
const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: hidden });
const started = performance.now();
const run = await train(model, data, { iterations, solver, threads });
const seconds = (performance.now() - started) / 1000;
const { training, validation } = run.history;
report(seconds, { training: [...training], validation: [...validation] }, described(run));
