/** facemark's training of a convolutional network by mini-batches, from tensors in memory; FACEMARK_BACKEND names the engine. */

import { buildConvNet, prepare, readFaces, train, useBackend } from 'facemark';
import { report, settings } from '../as-subject.mjs';
import { described } from './described.mjs';

await useBackend(); // TensorFlow's library is no part of a training
const { faces, kind = 'compact', passes, batchSize, learningRate } = settings;
const data = prepare(await readFaces(faces));
const model = buildConvNet({ ...data, kind });
const before = process.resourceUsage().maxRSS;
const started = performance.now();
const run = await train(model, data, { iterations: passes, batchSize, optimizer: 'adam', learningRate });
const seconds = (performance.now() - started) / 1000;
const trainingMiB = Math.round((process.resourceUsage().maxRSS - before) / 1024);
const { training, validation } = run.history;
const { how, ...versions } = described(run);
report(
  seconds,
  { training: [...training], validation: [...validation] },
  { how: `${how}, ${trainingMiB} MiB beside data and network`, trainingMiB, ...versions },
);
