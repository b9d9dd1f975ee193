/**
 * The real run: the tutorial's settings on real faces, on WASM, once split by row as the tutorial does and once by person, and
 * the losses held against an independent NumPy descent (reference.py) from the same split and the same initial weights.
 *
 *     node .ci/real-run.mjs FACES.csv[.gz] PEOPLE.csv PYTHON
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildModel,
  createPredictor,
  evaluate,
  groupsOf,
  prepare,
  readFaces,
  readGroups,
  train,
  useBackend,
} from 'facemark';

const AT = [0, 9, 99, 749];
const TOLERANCE = 1e-4; // relative

const [file, people, python] = process.argv.slice(2);
await useBackend('wasm');
const faces = await readFaces(file);
const groups = groupsOf(faces, await readGroups(people));
let failed = false;
for (const [split, options] of [
  ['by row', {}],
  ['by person', { groups }],
]) {
  const data = prepare(faces, options);
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs });
  const folder = mkdtempSync(join(tmpdir(), 'facemark-real-run-'));
  const save = (name, values) =>
    writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const sourceRows = (rows) => Int32Array.from(rows, (row) => faces.sourceRows[row]);
  save('train.i32', sourceRows(data.train.rows));
  save('validation.i32', sourceRows(data.validation.rows));
  for (const [i, weight] of model.getWeights().entries()) save(`weight${i}.f32`, weight.dataSync().slice());

  const run = await train(model, data);
  const predictor = createPredictor(model, data);
  const scores = await evaluate(predictor, faces, { rows: data.validation.rows });
  data.dispose();
  predictor.dispose();
  console.log(
    `split ${split}: ${run.backend}, ${run.solver}, ${run.seconds.toFixed(1)} s; RMSE ${scores.rmsePx.toFixed(2)} px, the mean face's ${scores.meanFace.rmsePx.toFixed(2)} px`,
  );

  const reference = spawnSync(python, [join(dirname(fileURLToPath(import.meta.url)), 'reference.py'), file, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (reference.status !== 0) throw new Error(`reference.py ended with ${reference.status ?? reference.signal}`);
  const expected = JSON.parse(reference.stdout);
  for (const part of ['training', 'validation'])
    for (const i of AT) {
      const [ours, theirs] = [run.history[part][i], expected[part][i]];
      const off = Math.abs(ours / theirs - 1);
      failed ||= !(off <= TOLERANCE);
      console.log(
        `  ${part.padEnd(10)} @ ${String(i).padStart(3)}: facemark ${ours.toExponential(6)}, NumPy ${theirs.toExponential(6)}, ${off.toExponential(1)} relative`,
      );
    }
}
if (failed) console.error(`real run: the losses differ from NumPy's by more than ${TOLERANCE} relative`);
process.exitCode = failed ? 1 : 0;
