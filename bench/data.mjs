/**
 * Lays out what all sides train on, made by facemark itself, in a process of its own so that the harness stays small.
 *
 *     node data.mjs '{ "cache": FOLDER, "source": "faces.csv"?, "learningRate": 0.01, "hidden": 100 }'
 *
 * Prints `{ faces, manyFaces, folder, sizes, sha256 }`: a plain CSV of the faces, one with its rows repeated up to 7049 (Kaggle's number), and a
 * folder with
 *
 *     train.x.f32 [n, d], train.y.f32 [n, 2k], train.i32 [n] (rows of the CSV); the same for validation
 *     w1.f32 [d, h], b1.f32 [h], w2.f32 [h, 2k], b2.f32 [2k]: the initial weights
 *     compact.f32: those of the compact convolutional network, layer by layer; orders.i32 [10, n]: the order of the rows in each pass
 *     pixels.u8 [rows, d], sizes.json
 *
 * The CSVs are kept from run to run; the folder is made anew, as facemark makes it today.
 */

import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { buildConvNet, buildModel, prepare, readFaces, syntheticFaces, writeFaces } from 'facemark';
import { Random } from '../dist/random.js';
import { settings } from './as-subject.mjs';

const ROWS = 1000;
const MANY_ROWS = 7049;
const PASSES = 10;
const { cache, source, learningRate, hidden } = settings;

const name = source
  ? createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  : `synthetic-${ROWS}`;
const csv = join(cache, `${name}.csv`);
mkdirSync(cache, { recursive: true });
if (!existsSync(csv)) await writeFaces(csv, source ? await readFaces(source) : syntheticFaces({ count: ROWS }));
const manyFaces = join(cache, `${name}-${MANY_ROWS}.csv`);
if (!existsSync(manyFaces)) await repeatRows(csv, manyFaces);

const faces = await readFaces(csv);
const data = prepare(faces);
const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: hidden });
const folder = join(cache, name);
mkdirSync(folder, { recursive: true });
const hash = createHash('sha256').update(JSON.stringify({ learningRate }));
const save = (file, values) => {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  hash.update(bytes);
  writeFileSync(join(folder, file), bytes);
};
for (const part of ['train', 'validation']) {
  save(`${part}.x.f32`, data[part].x.dataSync());
  save(`${part}.y.f32`, data[part].y.dataSync());
  save(`${part}.i32`, data[part].rows);
}
for (const [i, weight] of model.getWeights().entries()) save(`${['w1', 'b1', 'w2', 'b2'][i]}.f32`, weight.dataSync());
save('pixels.u8', faces.pixels);
layOutConvNet();
const sizes = {
  rows: faces.count,
  trainingRows: data.train.rows.length,
  inputs: data.inputs,
  hidden,
  outputs: data.outputs,
  weights: model.countParams(),
  learningRate,
  scaling: data.scaling,
};
writeFileSync(join(folder, 'sizes.json'), JSON.stringify(sizes));
console.log(JSON.stringify({ faces: csv, manyFaces, folder, sizes, sha256: hash.digest('hex') }));

/** What the training of a convolutional network needs besides; it has no part in the hash of the others. */
function layOutConvNet() {
  const weights = buildConvNet({ ...data }).layers.flatMap((layer) => layer.getWeights());
  const values = weights.map((weight) => Buffer.from(weight.dataSync().slice().buffer));
  writeFileSync(join(folder, 'compact.f32'), Buffer.concat(values));
  const orders = Array.from({ length: PASSES }, (_, pass) => {
    const order = Int32Array.from(data.train.rows, (_, row) => row);
    new Random(1, `pass ${pass}`).shuffle(order); // as the solver `batches` does
    return Buffer.from(order.buffer);
  });
  writeFileSync(join(folder, 'orders.i32'), Buffer.concat(orders));
}

/** The header, then the rows again and again. */
async function repeatRows(from, to) {
  const lines = [];
  for await (const line of createInterface(createReadStream(from))) lines.push(`${line}\n`);
  const [header, ...rows] = lines;
  const out = createWriteStream(`${to}.tmp`);
  out.write(header);
  for (let i = 0; i < MANY_ROWS; i++)
    if (!out.write(rows[i % rows.length])) await new Promise((resolve) => out.once('drain', resolve));
  out.end();
  await finished(out);
  renameSync(`${to}.tmp`, to);
}
