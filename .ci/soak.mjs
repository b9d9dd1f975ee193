/**
 * The soak: 100,000 predictions through a pool, a fifth of them failing, and workers killed, and nothing is left
 * behind: no tensor, no listener, no timer, no memory. `node .ci/soak.mjs [--predictions 100000]`; `npm test` has a short version.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sharp from 'sharp';
import {
  buildModel,
  createPool,
  createPredictor,
  prepare,
  saveBundle,
  syntheticFaces,
  tf,
  useBackend,
} from '../dist/index.js';
import { answererOf } from '../dist/serve/answers.js';
import { inlineAnswers } from '../dist/serve/inline.js';
import { readBundles } from '../dist/serve/networks.js';

const { values } = parseArgs({ options: { predictions: { type: 'string', default: '100000' } } });
const predictions = Number(values.predictions);
const MIB = 2 ** 20;
const PARTS = 10; // of the soak, after each of which memory is looked at
const MAX_GROWTH = 32 * MIB; // of a process in the second half: heaps breathe, and 50,000 predictions that leave 1 KB each would be 50 MB

setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc');
await useBackend('wasm');
const faces = syntheticFaces({ count: 10 });
const data = prepare(faces);
const predictor = createPredictor(buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 20 }), data);
data.dispose();
const folder = join(mkdtempSync(join(tmpdir(), 'facemark-soak-')), 'net');
await saveBundle(folder, predictor);
const face = faces.pixels.subarray(0, 96 * 96);
const photo = Buffer.concat([Buffer.from('P5 96 96 255\n'), face]);
const header = Buffer.from(
  JSON.stringify({
    inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [1, 96, 96], parameters: { binary_data_size: face.length } }],
  }),
);
const inference = { body: Buffer.concat([header, face]), headerBytes: header.length };
const outside = { x: 500, y: 0, width: 1, height: 1 };

/** Ten askings, two of which fail. */
const ROUND = [
  ...Array.from({ length: 5 }, () => (pool, signal) => pool.predictImage(photo, { signal })),
  ...Array.from({ length: 2 }, () => (pool, signal) => pool.predictPoints(face, { signal })),
  (pool, signal) => pool.infer(inference, { signal }),
  (pool, signal) => pool.predictImage(photo.subarray(0, 5000), { signal }),
  (pool, signal) => pool.predictImage(photo, { box: outside, signal }),
];

await inThisThread();
await inline();
for (const isolation of ['thread', 'process']) await throughPool(isolation);

/** Tensors, where they can be counted: what a worker does, done here. */
async function inThisThread() {
  const answer = answererOf('net', predictor, {});
  const { signal } = new AbortController();
  const works = [
    { kind: 'image', image: photo },
    { kind: 'image', image: photo.subarray(0, 5000) },
    { kind: 'image', image: photo, box: outside },
    { kind: 'faces', pixels: face },
    { kind: 'inference', ...inference },
  ];
  const before = tf.memory().numTensors;
  for (let done = 0; done < predictions; done += works.length * 4)
    await Promise.all(
      [...works, ...works, ...works, ...works].map((work) => answer(work, signal).catch(() => undefined)),
    );
  assert.equal(tf.memory().numTensors, before, 'tensors are left behind');
  console.log(`in this thread: ${predictions} predictions, ${before} tensors before and after`);
}

/** What `facemark serve` does with small faces itself: a third of these are broken, and left to workers that are not there. */
async function inline() {
  const pixels = sharp(face, { raw: { width: 96, height: 96, channels: 1 } });
  const [png, jpeg] = [await pixels.clone().png().toBuffer(), await pixels.clone().jpeg().toBuffer()];
  const pictures = [photo, png, jpeg, png, photo.subarray(0, 5000), jpeg.subarray(0, 900)];
  const atFirst = tf.memory().numTensors;
  const answers = await inlineAnswers(await readBundles(folder), {}, 2);
  const before = tf.memory().numTensors;
  const memory = [];
  for (let part = 0; part < PARTS; part++) {
    for (let done = 0; done < predictions / PARTS; done += pictures.length)
      await Promise.all(
        pictures.map((image) => answers.predictImage(image, { model: 'net', box: undefined, isAlone: true })),
      );
    memory.push(await held());
  }
  assert.ok(answers.answered >= (predictions * 4) / pictures.length, 'not all are answered inline');
  assert.equal(tf.memory().numTensors, before, 'tensors are left behind');
  const growth = Math.min(...memory.slice(PARTS / 2)) - Math.min(...memory.slice(0, PARTS / 2));
  assert.ok(growth < MAX_GROWTH, `memory grows: ${memory.map((bytes) => Math.round(bytes / MIB))} MiB`);
  answers.dispose();
  assert.equal(tf.memory().numTensors, atFirst, 'tensors of its networks are left behind');
  console.log(`inline: ${predictions} pictures, ${before} tensors before and after`);
}

/** Memory of this process without what only waits for a collection: nothing else makes V8 hurry here. */
async function held() {
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50)); // a thread of V8's frees what is outside of the heap
  }
  return process.memoryUsage.rss();
}

async function throughPool(isolation) {
  const pool = await createPool(folder, { backend: 'wasm', isolation, workers: 2 });
  const { signal } = new AbortController();
  let failed = 0;
  const rounds = async (count) => {
    for (let i = 0; i < count; i += 4)
      await Promise.all([...ROUND, ...ROUND, ...ROUND, ...ROUND].map((ask) => ask(pool, signal).catch(() => failed++)));
  };
  const bytes = () => [process.memoryUsage.rss(), ...pool.status().workers.pids.map(rssOf)];
  const resources = () => process.getActiveResourcesInfo().length;
  await rounds(predictions / 100); // workers are at work, heaps have their size
  const before = resources();
  failed = 0;
  const started = performance.now();
  const memory = [];
  for (let part = 0; part < PARTS; part++) {
    await rounds(predictions / ROUND.length / PARTS);
    memory.push(bytes());
  }
  const seconds = (performance.now() - started) / 1000;
  assert.equal(failed, predictions / 5, 'others fail than should');
  assert.ok(resources() <= before, `${resources()} timers and handles, ${before} before`);
  const growth = memory.at(-1).map((value, process) => value - memory[PARTS / 2 - 1][process]);
  assert.ok(Math.max(...growth) < MAX_GROWTH, `memory grows: ${memory.map((all) => all.map(inMib)).join(' | ')}`);
  const { waiting, running, workers } = pool.status();
  assert.deepEqual([waiting, running, workers.ready, workers.replaced], [0, 0, 2, 0]);
  if (isolation === 'process') await killWorkers(pool);
  await pool.close();
  console.log(
    `${isolation}: ${predictions} predictions in ${seconds.toFixed(0)} s, ${failed} failed as they should, memory ${memory[0].map(inMib)} → ${memory.at(-1).map(inMib)}`,
  );
}

/** Kills workers at work, again and again: every request is answered all the same. */
async function killWorkers(pool) {
  for (let i = 0; i < 10; i++) {
    const asked = Array.from({ length: 50 }, () => pool.predictImage(photo));
    process.kill(pool.status().workers.pids[0], 'SIGKILL');
    const outcomes = await Promise.allSettled(asked);
    assert.ok(
      outcomes.every(({ status }) => status === 'fulfilled'),
      'a request was lost with its worker',
    );
    while (pool.status().workers.ready < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(pool.status().workers.replaced, 10);
}

function rssOf(pid) {
  return 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}

function inMib(bytes) {
  return `${Math.round(bytes / MIB)} MiB`;
}
