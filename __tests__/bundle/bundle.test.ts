import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '../../lib/backend/choose';
import { type io, type Tensor, tf } from '../../lib/backend/tf';
import { toParts } from '../../lib/bundle/parts';
import { facesSha256 } from '../../lib/landmarks/faces';
import { buildModel } from '../../lib/model/build-model';
import { loadPredictor, saveBundle } from '../../lib/predict/bundle';
import { createPredictor, type Predictor } from '../../lib/predict/predictor';
import { prepare } from '../../lib/prepare/prepare';
import { train } from '../../lib/train/train';
import { emptyFolder, node, ROOT } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';
import { WORKING_BACKENDS } from '../working-backends';

beforeAll(async () => {
  await useBackend('wasm'); // tfjs-node's arrays are of another realm than Jest's
});

const faces = tinyFaces({ count: 20 });

/** A predictor that has learned a little, and the run it comes from. */
async function trained(seed = 1) {
  const data = prepare(faces, { centre: 'perCoordinate' });
  const model = buildModel({ inputs: 64, hiddenUnits: [6, 5], seed });
  const run = await train(model, data, { iterations: 5 });
  data.dispose();
  return { predictor: createPredictor(model, data), run };
}

/** A saved bundle in a folder of its own. */
async function saved(seed = 1): Promise<string> {
  const folder = join(emptyFolder(), 'first net');
  const { predictor, run } = await trained(seed);
  await saveBundle(folder, predictor, run);
  predictor.dispose();
  return folder;
}

const weightsIn = (folder: string) => readdirSync(folder).find((name) => name.startsWith('weights-')) as string;

test('a bundle is a LayersModel with one weight file, and facemark.json', async () => {
  const folder = await saved();
  expect(readdirSync(folder).sort()).toEqual(['facemark.json', 'model.json', weightsIn(folder)]);
  const manifest = JSON.parse(readFileSync(join(folder, 'facemark.json'), 'utf8'));
  expect(manifest).toMatchObject({
    format: 'facemark-bundle',
    formatVersion: 1,
    facemark: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
    width: 8,
    height: 8,
    scaling: { centre: 'perCoordinate' },
    record: {
      ...{ stopped: 'finished', options: { iterations: 5, learningRate: 0.01 }, best: { iteration: 4 } },
      data: { seed: 1, validationFraction: 0.3, centre: 'perCoordinate', facesSha256: facesSha256(faces) },
      weights: { facemark: { seed: 1, initializer: 'tutorial' } },
      versions: { tfjs: '4.22.0', node: process.versions.node },
    },
  });
  expect(manifest.landmarks).toHaveLength(15);
  expect(manifest.meanFace).toHaveLength(30);
});

test.each(WORKING_BACKENDS)('saved and loaded on %s it predicts the same', async (backend) => {
  await useBackend(backend);
  const before = tf.memory().numTensors;
  const { predictor, run } = await trained();
  const folder = join(emptyFolder(), 'net');
  await saveBundle(folder, predictor, run);
  const loaded = await loadPredictor(folder);
  expect(await loaded.predictPoints(faces)).toEqual(await predictor.predictPoints(faces));
  expect(loaded.meanFace).toEqual(predictor.meanFace);
  expect(loaded.schema).toEqual(predictor.schema);
  expect(loaded.scaling).toEqual(predictor.scaling);
  expect(loaded.record).toMatchObject({ solver: run.solver });
  predictor.dispose();
  loaded.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

/** A layer that puts out its inputs, with weights of the types that there are. */
class Typed extends tf.layers.Layer {
  static className = 'Typed';
  override build(): void {
    const zeros = tf.initializers.zeros();
    const kinds = ['bool', 'float32', 'int32', 'float32'] as const;
    for (const [i, dtype] of kinds.entries()) this.addWeight(`weight_${i}`, [i + 2], dtype, zeros, undefined, false);
    this.built = true;
  }
  override call(inputs: Tensor | Tensor[]): Tensor | Tensor[] {
    return inputs;
  }
}

test.each(WORKING_BACKENDS)('on %s the weights are, byte by byte, those that tfjs would save', async (backend) => {
  await useBackend(backend);
  const data = prepare(faces);
  const dense = tf.layers.dense({ units: 30, inputShape: [64] });
  const model = tf.sequential({ layers: [dense, new Typed({})] });
  const values = [
    [1, 0],
    [0.1, -0, 1e-45],
    [7, -8, 9, 10],
    [1, 2, 3, 4, 5],
  ];
  const kinds = ['bool', 'float32', 'int32', 'float32'] as const;
  const typed = values.map((row, i) => tf.tensor1d(row, kinds[i]));
  model.setWeights([...dense.getWeights(), ...typed]);
  let artifacts: io.ModelArtifacts | undefined;
  const save = async (asSaved: io.ModelArtifacts) => {
    artifacts = asSaved;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(asSaved) };
  };
  await model.save({ save });
  const parts = await toParts(model, data, {});
  const { modelTopology, format, generatedBy, convertedBy, weightsManifest } = JSON.parse(
    Buffer.from(parts.model).toString(),
  );
  expect(weightsManifest[0].weights).toEqual(artifacts?.weightSpecs);
  expect(Buffer.from(parts.weights)).toEqual(Buffer.from(artifacts?.weightData as ArrayBuffer));
  const plain = JSON.parse(JSON.stringify(artifacts));
  expect({ modelTopology, format, generatedBy, convertedBy }).toEqual({
    modelTopology: plain.modelTopology,
    ...{ format: plain.format, generatedBy: plain.generatedBy, convertedBy: plain.convertedBy },
  });
  tf.dispose(typed);
  model.dispose();
  data.dispose();
});

test('plain tfjs loads model.json and its weights', async () => {
  const folder = await saved();
  const script = `
    const core = require('@tensorflow/tfjs-core');
    const { loadLayersModel } = require('@tensorflow/tfjs-layers');
    require('@tensorflow/tfjs-backend-cpu');
    console.warn = () => {};
    const { readFileSync } = require('node:fs');
    const { join } = require('node:path');
    const [folder] = process.argv.slice(1);
    const fetchFunc = async (name) => new Response(readFileSync(join(folder, name.split('/').pop())));
    loadLayersModel(core.io.http('http://localhost/model.json', { fetchFunc })).then((model) =>
      console.log(model.layers.length, model.predict(core.zeros([1, 64])).shape.join('x')));`;
  const { stdout, stderr } = await node(['-e', script, folder]);
  expect([stderr, stdout]).toEqual(['', '3 1x30\n']);
});

test('a landmark without a mean survives', async () => {
  const { predictor } = await trained();
  const folder = join(emptyFolder(), 'net');
  const meanFace = predictor.meanFace.slice();
  meanFace[3] = Number.NaN;
  await saveBundle(folder, { ...predictor, meanFace });
  const loaded = await loadPredictor(folder);
  expect(loaded.meanFace).toEqual(meanFace);
  loaded.dispose();
  predictor.dispose();
});

describe('a bundle that is not whole is refused with a sentence', () => {
  const refusal = (folder: string) => messageFrom(() => loadPredictor(folder));

  test('no folder', async () => {
    expect(await refusal('/nowhere/net')).toBe(
      'there is no folder /nowhere/net; expected a bundle: a folder with model.json, facemark.json and weights.',
    );
  });

  test('no manifest', async () => {
    const folder = await saved();
    rmSync(join(folder, 'facemark.json'));
    expect(await refusal(folder)).toBe(
      `${folder} has no facemark.json, so it is no facemark bundle; expected a folder that facemark train or saveBundle has left.`,
    );
  });

  test.each(['model.json', 'weights'])('no %s', async (name) => {
    const folder = await saved();
    const path = join(folder, name === 'weights' ? weightsIn(folder) : name);
    rmSync(path);
    expect(await refusal(folder)).toMatch(
      new RegExp(`^${path} cannot be read \\(ENOENT: .*\\); the bundle is not complete: copy the whole folder\\.$`),
    );
  });

  test.each(['model.json', 'weights'])('%s cut off', async (name) => {
    const folder = await saved();
    const path = join(folder, name === 'weights' ? weightsIn(folder) : name);
    const { length } = readFileSync(path);
    truncateSync(path, 100);
    expect(await refusal(folder)).toBe(
      `${path} is cut off: it has 100 bytes of ${length}; copy the file again, or save the bundle again.`,
    );
  });

  test('a manifest cut off', async () => {
    const folder = await saved();
    truncateSync(join(folder, 'facemark.json'), 100);
    expect(await refusal(folder)).toMatch(
      new RegExp(
        `^${folder}/facemark\\.json is no whole JSON document \\(.*\\); the file is damaged: save the bundle again, or copy it anew\\.$`,
      ),
    );
  });

  test.each(['model.json', 'weights'])('one bit of %s changed', async (name) => {
    const folder = await saved();
    const path = join(folder, name === 'weights' ? weightsIn(folder) : name);
    const bytes = readFileSync(path);
    bytes[200] = (bytes[200] as number) ^ 1;
    writeFileSync(path, bytes);
    expect(await refusal(folder)).toBe(
      `${path} is not the file that was saved with ${folder}/facemark.json: their SHA-256 differ; it was changed, or comes from another bundle. Copy the whole folder again.`,
    );
  });

  test('the weights of another bundle', async () => {
    const [folder, other] = [await saved(1), await saved(2)];
    const path = join(folder, weightsIn(folder));
    cpSync(join(other, weightsIn(other)), path);
    expect(await refusal(folder)).toContain(`${path} is not the file that was saved with`);
  });

  test.each(['model.json', 'facemark.json', 'weights'])('a web page where %s should be', async (name) => {
    const folder = await saved();
    const path = join(folder, name === 'weights' ? weightsIn(folder) : name);
    writeFileSync(path, '<!DOCTYPE html><html><body>404</body></html>');
    expect(await refusal(folder)).toBe(
      `${path} holds a web page, not a part of a bundle; it was probably downloaded from a wrong address.`,
    );
  });

  test('a newer format', async () => {
    const folder = await saved();
    const path = join(folder, 'facemark.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"formatVersion": 1', '"formatVersion": 2'));
    expect(await refusal(folder)).toMatch(
      new RegExp(
        `^${path} has the format version 2, written by facemark .*; this facemark reads up to 1: update it \\(npm install facemark@latest\\)\\.$`,
      ),
    );
  });

  test('a manifest with another number in it', async () => {
    const folder = await saved();
    const path = join(folder, 'facemark.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"width": 8', '"width": 9'));
    expect(await refusal(folder)).toBe(
      `${path} was changed after it was saved: its SHA-256 differs. Save the bundle again, or copy it anew.`,
    );
  });

  test('JSON that is something else', async () => {
    const folder = await saved();
    writeFileSync(join(folder, 'facemark.json'), '{}');
    expect(await refusal(folder)).toBe(
      `${folder}/facemark.json is no manifest of facemark; expected "format": "facemark-bundle" in it.`,
    );
  });
});

test('a process killed at any moment of a save leaves the old bundle or the new one, each loadable', async () => {
  const folder = await saved();
  const predictors: Predictor[] = [];
  // The child saves two networks over each other for ever; whichever is there must be one of the two, whole.
  const script = `
    const { buildModel, createPredictor, prepare, saveBundle } = require(${JSON.stringify(ROOT)});
    const faces = JSON.parse(process.argv[1]);
    const data = prepare({ ...faces, pixels: Uint8Array.from(faces.pixels), points: Float32Array.from(faces.points), sourceRows: new Int32Array(faces.count) });
    const nets = [3, 4].map((seed) => createPredictor(buildModel({ inputs: 64, hiddenUnits: 200, seed }), data));
    (async () => { for (let i = 0; ; i++) { await saveBundle(process.argv[2], nets[i % 2], { net: i % 2 }); if (i === 1) console.log('saving'); } })();`;
  const json = JSON.stringify({ ...faces, pixels: [...faces.pixels], points: [...faces.points], sourceRows: [] });
  const seen = new Set<unknown>();
  for (let kill = 0; kill < 20; kill++) {
    const child = spawn(process.execPath, ['-e', script, json, folder], {
      env: { ...process.env, FACEMARK_BACKEND: 'cpu' },
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), closed]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await closed;
    const loaded = await loadPredictor(folder);
    seen.add(loaded.record.net);
    predictors.push(loaded);
  }
  for (const predictor of predictors) predictor.dispose();
  expect([...seen].every((net) => net === 0 || net === 1)).toBe(true);
  const { predictor } = await trained();
  await saveBundle(folder, predictor); // a later save clears what the killed ones have left
  predictor.dispose();
  expect(readdirSync(folder)).toHaveLength(3);
});
