/**
 * What a training depends on, bit by bit: a checkpoint carries it, and whoever goes on from one has to bring the same. The number of
 * threads is not among it, nor what only says what to do with the result.
 */

import type { Backend } from '../backend/choose';
import { variantHere } from '../backend/kernels/wasm-module';
import { type LayersModel, tensorFlowVersion } from '../backend/tf';
import type { Checkpoint } from '../bundle/checkpoint';
import { FacemarkError } from '../errors';
import { sha256 } from '../files';
import type { Prepared } from '../prepare/prepare';
import { version } from '../version';

/** The circumstances of a training, as JSON will have them. */
export function circumstancesOf(
  model: LayersModel,
  data: Prepared,
  backend: Backend,
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { kernels } = backend;
  const withoutInfinity = (_: string, value: unknown) => (value === Infinity ? undefined : value); // JSON has none
  return JSON.parse(
    JSON.stringify(
      {
        ...{ facemark: version, tfjs: backend.tfjs, backend: backend.name },
        simd: kernels && 'whyNot' in kernels ? "tfjs's kernels" : variantHere(),
        tensorflow: backend.name === 'tensorflow' ? tensorFlowVersion() : undefined,
        v8: backend.name === 'cpu' ? process.versions.v8 : undefined, // whose Math.tanh and Math.exp it computes with
        ...{ faces: data.facesSha256, pictures: `${data.width}×${data.height}`, landmarks: landmarksSha256(data) },
        ...{ split: splitSha256(data), centre: data.options.centre },
        network: networkSha256(model),
        ...settings,
      },
      withoutInfinity,
    ),
  );
}

/** What people call the circumstances whose names do not say it. */
const WORDS: Readonly<Record<string, string>> = {
  facemark: 'the version of facemark',
  tfjs: 'the version of TensorFlow.js',
  backend: 'the backend',
  simd: "WebAssembly's SIMD",
  tensorflow: 'the version of TensorFlow',
  v8: 'the version of V8',
  faces: 'the SHA-256 of the faces',
  pictures: 'the size of the pictures',
  landmarks: "the SHA-256 of the landmarks' names",
  split: 'the SHA-256 of the split',
  network: "the SHA-256 of the network's layers",
};

/**
 * Makes sure that a training can go on from a checkpoint.
 *
 * @throws FacemarkError `mismatch` naming the first thing that differs
 */
export function assertSame(
  { circumstances: then }: Pick<Checkpoint, 'circumstances'>,
  now: Readonly<Record<string, unknown>>,
): void {
  for (const name of new Set([...Object.keys(now), ...Object.keys(then)])) {
    const [is, was] = [now[name], then[name]].map((value) => JSON.stringify(value) ?? 'not given');
    if (is === was) continue;
    throw new FacemarkError(
      'mismatch',
      `the training cannot go on from this checkpoint: ${WORDS[name] ?? name} is ${is}, and was ${was}. It ends as if it had never stopped only where all is as it was.`,
    );
  }
}

/** The names, which say what changes places in a mirror image. */
function landmarksSha256({ schema }: Prepared): string {
  return sha256(Buffer.from(JSON.stringify(schema.landmarks)));
}

/** Which faces stand on which side, in which order, and which rows of their source they are, from which augmentation follows. */
function splitSha256({ train, validation }: Prepared): string {
  const numbers = [train, validation].flatMap(({ rows, sourceRows }) => [rows, sourceRows]);
  const bytes = numbers.map((array) => new Uint8Array(Int32Array.from(array).buffer));
  return sha256(Buffer.from(`${train.rows.length}`), ...bytes);
}

/** Layers by what they compute: names, and how the weights came about, have no say any more. */
function networkSha256(model: LayersModel): string {
  const withoutNames = (key: string, value: unknown) =>
    key === 'name' || key.endsWith('Initializer') ? undefined : value;
  const layers = model.layers.map((layer) => [layer.getClassName(), layer.getConfig()]);
  const shapes = model.getWeights().map(({ shape }) => shape);
  return sha256(Buffer.from(JSON.stringify([layers, shapes], withoutNames)));
}
