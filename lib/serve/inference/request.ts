/** The body of an inference request, read and checked: JSON, and with the binary tensor extension bytes behind it. */

import { FacemarkError, messageOf } from '../../errors';

export interface InferenceRequest {
  readonly id: string | undefined;
  /** The one input: [n, …] bytes. */
  readonly input: { readonly shape: readonly number[]; readonly data: Uint8Array };
  /** Those that the request lists. */
  readonly outputs: readonly RequestedOutput[];
  /** Whether outputs that say nothing else are wanted as bytes. */
  readonly isBinary: boolean;
}

export interface RequestedOutput {
  readonly name: string;
  readonly isBinary: boolean | undefined;
}

/**
 * Reads a request.
 *
 * @param headerBytes length of the JSON, where the header `Inference-Header-Content-Length` says it; else all of the body
 * @param name of the one input
 * @throws FacemarkError `bad-request`
 */
export function readRequest(body: Uint8Array, headerBytes: number | undefined, name: string): InferenceRequest {
  const jsonBytes = headerBytes ?? body.length;
  if (jsonBytes > body.length)
    throw bad(`Inference-Header-Content-Length is ${jsonBytes}; the body has only ${body.length} bytes.`);
  const { id, inputs, outputs = [], parameters } = parse(body.subarray(0, jsonBytes));
  if (id !== undefined && typeof id !== 'string') throw bad(`id is ${shown(id)}; expected a text.`);
  if (!Array.isArray(inputs) || inputs.length !== 1 || inputs[0]?.name !== name)
    throw bad(`expected one input, ${name}, in "inputs".`);
  if (!Array.isArray(outputs)) throw bad('expected a list in "outputs".');
  return {
    id,
    input: readInput(inputs[0], jsonBytes, headerBytes === undefined ? undefined : body.subarray(jsonBytes)),
    outputs: outputs.map(readOutput),
    isBinary: object(parameters).binary_data_output === true,
  };
}

type Json = Readonly<Record<string, unknown>>;

function parse(bytes: Uint8Array): Json & { id?: unknown; inputs?: unknown; outputs?: unknown; parameters?: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw bad(
      `the body is no JSON document: ${messageOf(cause)}. Binary tensors need Inference-Header-Content-Length.`,
    );
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw bad('expected a JSON object as the body.');
  return json as Json;
}

/** @param tail the bytes behind the JSON, where there may be some */
function readInput(input: Json, jsonBytes: number, tail: Uint8Array | undefined): InferenceRequest['input'] {
  const { name, shape, datatype, data } = input;
  if (datatype !== 'UINT8') throw bad(`the input ${name} has the datatype ${shown(datatype)}; expected "UINT8".`);
  const isShape =
    Array.isArray(shape) && shape.length > 0 && shape.every((size) => Number.isSafeInteger(size) && size > 0);
  if (!isShape) throw bad(`the input ${name} has the shape ${shown(shape)}; expected whole numbers above 0.`);
  const bytes = object(input.parameters).binary_data_size;
  const behind = tail?.length ?? 0;
  if (bytes !== undefined && !(tail && bytes === behind))
    throw bad(`the input ${name} says binary_data_size ${shown(bytes)}; ${behind} bytes stand behind the JSON.`);
  if (bytes === undefined && behind > 0)
    throw bad(`${behind} bytes stand behind the JSON, and the input ${name} has no binary_data_size.`);
  const count = shape.reduce((product: number, size: number) => product * size, 1);
  const room = Math.min(count, jsonBytes);
  const values = tail && bytes !== undefined ? { data: tail, found: behind } : fromJson(name, data, room);
  if (values.found !== count)
    throw bad(`the input ${name} has ${values.found} values; its shape ${shown(shape)} has room for ${count}.`);
  return { shape, data: values.data };
}

const MAX_DEPTH = 3; // [n, height, width]

/**
 * The values of a JSON tensor, nested as its shape or flat.
 *
 * @param room for so many values: no more than the JSON has bytes, whatever a shape says
 * @returns those that have room, and how many there are
 */
function fromJson(name: unknown, list: unknown, room: number): { data: Uint8Array; found: number } {
  if (!Array.isArray(list)) throw bad(`the input ${name} has no data; expected a list of values.`);
  const data = new Uint8Array(room);
  let found = 0;
  const take = (values: readonly unknown[], depth: number): void => {
    for (const value of values)
      if (Array.isArray(value) && depth < MAX_DEPTH) take(value, depth + 1);
      else if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255)
        data[found++] = value as number; // beyond the end nothing is written
      else throw bad(`the input ${name} has the value ${shown(value)}; expected whole numbers from 0 to 255.`);
  };
  take(list, 1);
  return { data, found };
}

function readOutput(output: unknown): RequestedOutput {
  const { name, parameters } = object(output);
  if (typeof name !== 'string') throw bad('expected a name for every one of "outputs".');
  const { binary_data: binary, classification } = object(parameters);
  if (classification !== undefined)
    throw bad(`the output ${shown(name)} has no classes; leave out the parameter classification.`);
  return { name, isBinary: typeof binary === 'boolean' ? binary : undefined };
}

const LONGEST_SHOWN = 100; // characters of what a client sent, in a message

const DEEPEST_SHOWN = 2; // levels of it; JSON.stringify calls itself for each, and a body may have millions

/** What a client sent, for a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(top(value, DEEPEST_SHOWN)) ?? 'nothing';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)} …` : text;
}

/** A copy without what lies deeper, or too far behind to be shown. */
function top(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.slice(0, LONGEST_SHOWN).map((item) => top(item, levels - 1));
  const entries = Object.entries(value).slice(0, LONGEST_SHOWN);
  return Object.fromEntries(entries.map(([key, item]) => [key, top(item, levels - 1)]));
}

function object(value: unknown): Json {
  return (typeof value === 'object' && value !== null ? value : {}) as Json;
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-request', message);
}
