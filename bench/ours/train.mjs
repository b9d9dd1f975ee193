/** facemark's descent, from tensors in memory to trained weights; `solver` forces one. */

import { buildModel, prepare, readFaces, train } from 'facemark';
import { report, settings } from '../as-subject.mjs';
import { described } from './described.mjs';

const { faces, hidden, iterations, learningRate, solver, threads } = settings;
const data = prepare(await readFaces(faces));
const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: hidden });
const started = performance.now();
const run = await train(model, data, { iterations, learningRate, solver, threads });
const seconds = (performance.now() - started) / 1000;
const { training, validation } = run.history;
report(seconds, { training: [...training], validation: [...validation] }, described(run));
