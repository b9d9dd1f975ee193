/** JSON schemas of what the service answers, for its OpenAPI document; the tests hold the answers against them. */

import { PROBLEM_CODES } from './problem';

const number = { type: 'number' } as const;
const integer = { type: 'integer' } as const;
const text = { type: 'string' } as const;

/** An object of which every property is there unless it is named in `optional`. */
export function object<P extends Record<string, unknown>>(
  properties: P,
  { description, optional = [] }: { description?: string; optional?: readonly (keyof P)[] } = {},
) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', ...(description && { description }), properties, required } as const;
}

const POINT = object(
  { x: number, y: number },
  { description: 'In pixels of the upright photo; the centre of its first pixel is (0, 0).' },
);
const BOX = object(
  { x: number, y: number, width: number, height: number },
  { description: 'In pixels of the upright photo, counted from its outer edge.' },
);

export const PREDICTION = object({
  model: text,
  width: { ...integer, description: 'Of the upright photo, in pixels.' },
  height: integer,
  faces: {
    type: 'array',
    items: object({ box: BOX, landmarks: { type: 'object', additionalProperties: POINT } }),
  },
});

export const MODELS = object({
  models: {
    type: 'array',
    items: object({
      name: text,
      width: { ...integer, description: 'Of the faces that the network takes, in pixels.' },
      height: integer,
      landmarks: { type: 'array', items: text },
      weightsSha256: { ...text, description: "The network's identity." },
    }),
  },
});

export const PROBLEM = object(
  {
    type: { ...text, description: '`urn:facemark:problem:` and the code.' },
    title: text,
    status: integer,
    detail: { ...text, description: 'What is wrong and what was expected, in a sentence.' },
    code: { ...text, enum: PROBLEM_CODES, description: 'For programs: it stays the same when a sentence is improved.' },
    error: { ...text, description: 'The sentence again, where clients of the Open Inference Protocol look for it.' },
  },
  { description: 'RFC 9457' },
);

const TENSOR = {
  name: text,
  datatype: text,
  shape: { type: 'array', items: integer },
} as const;

export const SERVER_METADATA = object({ name: text, version: text, extensions: { type: 'array', items: text } });
export const LIVE = object({ live: { type: 'boolean' } });
export const READY = object({ ready: { type: 'boolean' } });
export const MODEL_READY = object({ name: text, ready: { type: 'boolean' } });
export const MODEL_METADATA = object({
  name: text,
  versions: { type: 'array', items: text },
  platform: text,
  inputs: { type: 'array', items: object(TENSOR) },
  outputs: { type: 'array', items: object(TENSOR) },
});

const PARAMETERS = { type: 'object', additionalProperties: true } as const;
const DATA = { type: 'array', items: {} } as const;

export const INFERENCE_REQUEST = object(
  {
    id: text,
    parameters: PARAMETERS,
    inputs: {
      type: 'array',
      items: object({ ...TENSOR, parameters: PARAMETERS, data: DATA }, { optional: ['parameters', 'data'] }),
    },
    outputs: { type: 'array', items: object({ name: text, parameters: PARAMETERS }, { optional: ['parameters'] }) },
  },
  { optional: ['id', 'parameters', 'outputs'] },
);

export const INFERENCE_RESPONSE = object(
  {
    model_name: text,
    model_version: text,
    id: text,
    outputs: {
      type: 'array',
      items: object({ ...TENSOR, parameters: PARAMETERS, data: DATA }, { optional: ['parameters', 'data'] }),
    },
  },
  { optional: ['id'] },
);

/** Bytes of a photo. */
export const BYTES = { type: 'string', format: 'binary' } as const;

export const PHOTO_FORM = object({ image: BYTES, box: text, model: text }, { optional: ['box', 'model'] });

export const PHOTO_QUERY = object(
  {
    box: { ...text, description: 'x,y,width,height in pixels of the upright photo; the whole photo without it.' },
    model: { ...text, description: 'Not needed when the service has one network.' },
  },
  { optional: ['box', 'model'] },
);

/** Answers of a route: its own, and problems for everything else. */
export function answers(own: Readonly<Record<number, object>>) {
  return {
    ...own,
    default: { description: 'What went wrong', content: { 'application/problem+json': { schema: PROBLEM } } },
  };
}
