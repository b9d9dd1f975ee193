/**
 * A request of the Open Inference Protocol v2, answered: its body in, the body of the response out. In the worker, so that a large JSON
 * document holds up nobody else.
 *
 * A network has one input, `pixels` UINT8 [n, height, width], gray values, and one output, `points` FP32 [n, landmarks, 2], x and y
 * in pixels of the input. Tensors come and go as JSON or, with the binary tensor extension, as bytes behind the JSON.
 */

import { FacemarkError } from '../../errors';
import type { Predictor } from '../../predict/predictor';
import type { Network } from '../micro-batch';
import { type RequestedOutput, readRequest, shown } from './request';

export const INPUT = 'pixels';
export const OUTPUT = 'points';

/** A body, and how many of its bytes are JSON when tensors follow; undefined when it is all JSON. */
export interface InferenceBody {
  readonly body: Uint8Array;
  readonly headerBytes: number | undefined;
}

/**
 * Answers a request.
 *
 * @throws FacemarkError `bad-request` for one that is not understood or asks for what there is not
 */
export async function infer(
  { width, height, schema }: Predictor,
  network: Network,
  { model, body, headerBytes }: InferenceBody & { readonly model: string },
): Promise<InferenceBody> {
  const { id, input, outputs, isBinary } = readRequest(body, headerBytes, INPUT);
  const [faces = 0, ...face] = input.shape;
  if (String(face) !== String([height, width]))
    throw new FacemarkError(
      'bad-request',
      `the input ${INPUT} has the shape ${shown(input.shape)}; expected [n, ${height}, ${width}]: n faces in gray values from 0 to 255.`,
    );
  const points = await network(input.data);
  return respond(points, [faces, schema.landmarks.length, 2], { model, id, isBinary: wantsBytes(outputs, isBinary) });
}

/** Whether the one output is wanted as bytes. */
function wantsBytes(outputs: readonly RequestedOutput[], isBinary: boolean): boolean {
  const stranger = outputs.find(({ name }) => name !== OUTPUT);
  if (stranger)
    throw new FacemarkError(
      'bad-request',
      `there is no output ${shown(stranger.name)}; expected ${OUTPUT}, or no list of outputs.`,
    );
  return outputs[0]?.isBinary ?? isBinary;
}

function respond(
  points: Float32Array,
  shape: readonly number[],
  { model, id, isBinary }: { model: string; id: string | undefined; isBinary: boolean },
): InferenceBody {
  const tensor = { name: OUTPUT, datatype: 'FP32', shape };
  const bytes = new Uint8Array(points.buffer, points.byteOffset, points.byteLength); // little-endian, as every machine that Node runs on
  const output = isBinary
    ? { ...tensor, parameters: { binary_data_size: bytes.length } }
    : { ...tensor, data: Array.from(points) };
  const json = Buffer.from(
    JSON.stringify({ model_name: model, model_version: VERSION, ...(id && { id }), outputs: [output] }),
  );
  return isBinary
    ? { body: Buffer.concat([json, bytes]), headerBytes: json.length }
    : { body: json, headerBytes: undefined };
}

/** The one version that every network of a service has. */
export const VERSION = '1';
