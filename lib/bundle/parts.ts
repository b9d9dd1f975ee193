/**
 * The parts of a bundle: what they are, and how a network becomes one and comes back. No disk here.
 *
 *     model.json          topology and weight list: a TensorFlow.js LayersModel that plain tfjs loads
 *     weights-HASH.bin    the weights
 *     facemark.json       what else has to be known, and the SHA-256 of the two
 */

import { readNumbers } from '../backend/numbers';
import { type io, type LayersModel, type Tensor, tf } from '../backend/tf';
import { sha256 } from '../files';
import { schemaOf } from '../landmarks/schema';
import type { Knowledge } from '../prepare/prepare';
import { version } from '../version';

export const FORMAT = 'facemark-bundle';
/** Raised when an older facemark could no longer read what is written. */
export const FORMAT_VERSION = 1;

/** The content of facemark.json. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly formatVersion: number;
  /** Version of the facemark that wrote it. */
  readonly facemark: string;
  readonly landmarks: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly scaling: Knowledge['scaling'];
  /** [2k] pixels; null where no training row had the landmark. */
  readonly meanFace: readonly (number | null)[];
  /** How the network came about: options, seed, scores, versions. Plain data, for people and later programs. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly files: { readonly model: FileEntry; readonly weights: FileEntry };
  /** SHA-256 of this document without this entry, as `seal` makes it. */
  readonly sha256: string;
}

export interface FileEntry {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A bundle in memory: the three files' contents. */
export interface Parts {
  readonly manifest: Manifest;
  readonly model: Uint8Array;
  readonly weights: Uint8Array;
}

/** Takes a network apart. */
export async function toParts(model: LayersModel, knowledge: Knowledge, record: Manifest['record']): Promise<Parts> {
  const artifacts = await artifactsOf(model);
  const weights = weightBytes(model.getWeights());
  const weightsHash = sha256(weights);
  const weightsName = `weights-${weightsHash.slice(0, 12)}.bin`;
  const json: io.ModelJSON = {
    format: artifacts.format as string,
    generatedBy: artifacts.generatedBy as string,
    convertedBy: null as unknown as string,
    modelTopology: artifacts.modelTopology as object,
    weightsManifest: [{ paths: [weightsName], weights: weightSpecs(model) }],
  };
  if (artifacts.userDefinedMetadata) json.userDefinedMetadata = artifacts.userDefinedMetadata;
  const bytes = Buffer.from(JSON.stringify(json));
  const { schema, width, height, scaling, meanFace } = knowledge;
  const manifest: Omit<Manifest, 'sha256'> = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    facemark: version,
    landmarks: schema.landmarks,
    width,
    height,
    scaling,
    meanFace: Array.from(meanFace, (value) => (Number.isNaN(value) ? null : value)),
    record,
    files: {
      model: { name: 'model.json', bytes: bytes.length, sha256: sha256(bytes) },
      weights: { name: weightsName, bytes: weights.length, sha256: weightsHash },
    },
  };
  return { manifest: seal(manifest), model: bytes, weights };
}

/** A manifest with the SHA-256 of the rest of it, by which a change is noticed. */
export function seal(manifest: Omit<Manifest, 'sha256'>): Manifest {
  const { sha256: _, ...rest } = manifest as Manifest;
  const plain = JSON.parse(JSON.stringify(rest)); // as it will be read
  return { ...plain, sha256: sha256(Buffer.from(JSON.stringify(plain))) };
}

/** Puts a network together again; it belongs to the caller. */
export async function fromParts({
  manifest,
  model,
  weights,
}: Parts): Promise<{ model: LayersModel; knowledge: Knowledge }> {
  const json = JSON.parse(Buffer.from(model).toString('utf8')) as io.ModelJSON;
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights);
  const weightData = new Uint8Array(weights).buffer; // a copy; the slice of a Buffer would be none
  const loaded = await tf.loadLayersModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs,
      weightData,
      ...(json.userDefinedMetadata && { userDefinedMetadata: json.userDefinedMetadata }),
    }),
  });
  const { landmarks, width, height, scaling, meanFace } = manifest;
  const mean = Float32Array.from(meanFace, (value) => value ?? Number.NaN);
  return { model: loaded, knowledge: { schema: schemaOf(landmarks), width, height, scaling, meanFace: mean } };
}

/** The weights' names, shapes and types, as tfjs lists them. */
function weightSpecs(model: LayersModel): io.WeightsManifestEntry[] {
  const tensors = model.getWeights();
  return model.weights.map(({ originalName }, i) => {
    const { shape, dtype } = tensors[i] as Tensor;
    return { name: originalName, shape, dtype: dtype as 'float32' };
  });
}

/** The weights' numbers, one after the other; where they are float32 the only copy of them that is made. */
function weightBytes(weights: readonly Tensor[]): Uint8Array {
  const sizes = weights.map(({ size, dtype }) => size * tf.util.bytesPerElement(dtype));
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [i, weight] of weights.entries()) {
    const size = sizes[i] as number;
    if (weight.dtype === 'float32' && at % 4 === 0)
      readNumbers(weight, new Float32Array(bytes.buffer, at, weight.size));
    else {
      const values = weight.dataSync();
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, size), at);
    }
    at += size;
  }
  return bytes;
}

/** What tfjs would save beside the weights, of which it would make three copies. */
function artifactsOf(model: LayersModel): Promise<io.ModelArtifacts> {
  const withoutWeights: LayersModel = Object.create(model, { getNamedWeights: { value: () => [] } });
  return new Promise((resolve, reject) => {
    const save = async (artifacts: io.ModelArtifacts): Promise<io.SaveResult> => {
      resolve(artifacts);
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    };
    withoutWeights.save({ save }, { includeOptimizer: false }).catch(reject);
  });
}
