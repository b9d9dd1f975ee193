/** facemark's whole job: read the CSV, split and scale, descend, save the bundle. */

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel, createPredictor, prepare, readFaces, saveBundle, train } from 'facemark';
import { report, settings } from '../as-subject.mjs';
import { described } from './described.mjs';

const { faces, hidden, iterations, learningRate, threads } = settings;
const started = performance.now();
const data = prepare(await readFaces(faces));
const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: hidden });
const run = await train(model, data, { iterations, learningRate, threads });
const folder = mkdtempSync(join(tmpdir(), 'facemark-bench-'));
await saveBundle(join(folder, 'bundle'), createPredictor(model, data), run);
const seconds = (performance.now() - started) / 1000;

const files = readdirSync(join(folder, 'bundle')).map((file) => statSync(join(folder, 'bundle', file)).size);
rmSync(folder, { recursive: true });
const { training, validation } = run.history;
const bytesSaved = files.reduce((a, b) => a + b, 0);
report(seconds, { training: [...training], validation: [...validation], bytesSaved }, described(run));
