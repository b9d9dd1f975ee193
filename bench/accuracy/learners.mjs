/**
 * How each method learns: `(configuration, { faces, persons }, tested, { seed, threads, python })` → what it answers on `tested`, as
 *
 *     { points, seconds, cpuSeconds, weights, multiplyAdds, details }      points [n, 2k] px; seconds of the training alone
 *     { absent }                                               why it cannot run on this machine
 *
 * Whatever is chosen (the best pass, λ) is chosen on validation people, whom `prepare` takes from those that it is given; none of them is
 * in `tested`. A network does without them; ridge regression, once λ is chosen, is fitted to them too.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { augmentFaces, createPredictor, evaluate, multiplyAdds, networkName, prepare, train } from 'facemark';
import { buildNetwork } from '../../dist/model/networks.js';
import { runSubject } from '../subject.mjs';
import { subjectsOf } from '../subjects.mjs';
import { meanFace as meanFaceOf } from './faces.mjs';

const VALIDATION_FRACTION = 0.1;
const MIRROR_ONLY = { mirror: 1, shift: 0, scale: 0, rotation: 0, brightness: 0, contrast: 0, noise: 0, cutOut: 0 };

export const LEARNERS = { meanFace, net, ridge };

function meanFace(_, { faces }, tested) {
  const mean = meanFaceOf(faces);
  const points = tested.points.map((_, i) => mean[i % mean.length]);
  return { points, seconds: 0, weights: mean.length, multiplyAdds: 0, details: {} };
}

async function net({ options, inTheTimeOf }, { faces, persons }, tested, { seed, threads }) {
  const data = prepare(faces, { ...options, validationFraction: VALIDATION_FRACTION, groups: persons, seed });
  const model = buildNetwork({ ...options, seed }, data);
  const iterations = inTheTimeOf ? await passesInTheTimeOf(inTheTimeOf, options, data, threads) : options.iterations;
  const before = cpuSeconds();
  const run = await train(model, data, { ...options, iterations, seed, threads });
  const worked = cpuSeconds() - before;
  const predictor = createPredictor(model, data);
  const { rmsePx } = await evaluate(predictor, faces, { rows: data.validation.rows });
  const { best, solver, backend, stopped } = run;
  return {
    points: await predictor.predictPoints(tested),
    seconds: run.seconds,
    cpuSeconds: worked,
    weights: model.trainableWeights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0),
    multiplyAdds: multiplyAdds(model),
    details: {
      network: networkName(model),
      best,
      solver,
      backend,
      stopped,
      iterations: run.history.training.length,
      validationRmsePx: rmsePx,
    },
  };
}

/** How many passes of a network work the processors as long as the whole training of another one. */
async function passesInTheTimeOf(other, own, data, threads) {
  const whole = other.iterations * (await secondsOfAPass(other, data, threads));
  return Math.max(1, Math.round(whole / (await secondsOfAPass(own, data, threads))));
}

/** Processor time of the second and third, which others who keep the machine busy do not stretch as much; the first warms up. */
async function secondsOfAPass(options, data, threads) {
  const model = buildNetwork({ ...options, seed: 1 }, data);
  const ends = [];
  await train(model, data, { ...options, iterations: 3, threads, onIteration: () => ends.push(cpuSeconds()) });
  model.dispose();
  return (ends[2] - ends[0]) / 2;
}

/** What this process has worked so far. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function ridge({ options }, { faces, persons }, tested, { seed, threads, python }) {
  const data = prepare(faces, { validationFraction: VALIDATION_FRACTION, groups: persons, seed });
  data.dispose(); // for its split alone
  const folder = mkdtempSync(join(tmpdir(), 'facemark-ridge-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true })); // however the job ends
  const save = (name, { buffer, byteOffset, byteLength }) =>
    writeFileSync(join(folder, name), new Uint8Array(buffer, byteOffset, byteLength));
  const saveFaces = (name, { pixels, points }) => {
    save(`${name}.u8`, pixels);
    save(`${name}.f32`, points);
  };
  saveFaces('faces', faces);
  if (options.mirror) saveFaces('mirrored', augmentFaces(faces, MIRROR_ONLY));
  saveFaces('tested', tested);
  save('train.i32', data.train.rows);
  save('validation.i32', data.validation.rows);
  const settings = { ...options, folder, inputs: data.inputs, outputs: data.outputs };
  const subject = subjectsOf({ pythonPath: python, threads }).python('ridge regression', 'ridge.py', settings);
  const { absent, seconds, result } = await runSubject(subject);
  if (absent !== undefined) return { absent };
  const points = new Float32Array(new Uint8Array(readFileSync(join(folder, 'predicted.f32'))).buffer);
  const { weights, multiplyAdds, ...details } = result;
  return { points, seconds, weights, multiplyAdds, details };
}
