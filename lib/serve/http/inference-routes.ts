/**
 * The Open Inference Protocol v2, for clients of KServe and Triton: health, metadata, and inference with tensors in JSON or, by the binary
 * tensor extension, in bytes. https://github.com/kserve/open-inference-protocol
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FacemarkError } from '../../errors';
import { version } from '../../version';
import { INPUT, OUTPUT, VERSION } from '../inference/infer';
import { chooseModel } from '../networks';
import type { Pool } from '../pool';
import {
  answers,
  BYTES,
  INFERENCE_REQUEST,
  INFERENCE_RESPONSE,
  LIVE,
  MODEL_METADATA,
  MODEL_READY,
  object,
  READY,
  SERVER_METADATA,
} from './schemas';

const HEADER_BYTES = 'inference-header-content-length';
const text = { type: 'string' } as const;

/** Adds the routes. */
export function addInferenceRoutes(app: FastifyInstance, pool: Pool): void {
  addServerRoutes(app, pool);
  addModelRoutes(app, pool, '/v2/models/:model', '');
  addModelRoutes(app, pool, '/v2/models/:model/versions/:version', 'Version');
}

function addServerRoutes(app: FastifyInstance, pool: Pool): void {
  const schema = (operationId: string, summary: string, response: object) => ({
    schema: { operationId, summary, response: answers({ 200: { description: summary, ...response } }) },
  });
  app.get('/v2', schema('serverMetadata', 'The server', SERVER_METADATA), async () => ({
    ...{ name: 'facemark', version, extensions: ['binary_tensor_data'] },
  }));
  const { schema: live } = schema('live', 'Whether it answers', LIVE);
  app.get('/v2/health/live', { schema: { ...live, security: [] } }, async () => ({ live: true })); // no token, see token.ts
  app.get('/v2/health/ready', {
    schema: {
      ...{ operationId: 'ready', summary: 'Whether it can be given work', security: [] },
      response: answers({ 200: { description: 'Yes', ...READY }, 503: { description: 'Not now', ...READY } }),
    },
    handler: async (_, reply) => {
      const ready = isReady(pool);
      return reply.code(ready ? 200 : 503).send({ ready });
    },
  });
}

function addModelRoutes(app: FastifyInstance, pool: Pool, path: string, suffix: string): void {
  const params = object(suffix ? { model: text, version: text } : { model: text });
  app.get(path, {
    schema: {
      ...{ operationId: `modelMetadata${suffix}`, summary: 'What a network takes and gives', params },
      response: answers({ 200: { description: 'Metadata', ...MODEL_METADATA } }),
    },
    handler: async (request) => metadata(pool, named(request, pool)),
  });
  app.get(`${path}/ready`, {
    schema: {
      ...{ operationId: `modelReady${suffix}`, summary: 'Whether a network can be given work', params },
      response: answers({
        200: { description: 'Yes', ...MODEL_READY },
        503: { description: 'Not now', ...MODEL_READY },
      }),
    },
    handler: async (request, reply) => {
      const name = named(request, pool);
      const ready = isReady(pool);
      return reply.code(ready ? 200 : 503).send({ name, ready });
    },
  });
  app.post(`${path}/infer`, {
    config: { takesIn: true },
    schema: {
      ...{ operationId: `infer${suffix}`, summary: 'Landmarks of faces as tensors', params },
      description: `One input, ${INPUT}: UINT8 [n, height, width], gray values from 0 to 255. One output, ${OUTPUT}: FP32 [n, landmarks, 2], x and y in pixels of the input. With the header Inference-Header-Content-Length the body is so many bytes of JSON and the tensors' bytes behind them.`,
      body: {
        content: { 'application/json': { schema: INFERENCE_REQUEST }, 'application/octet-stream': { schema: BYTES } },
      },
      response: answers({
        200: {
          description: 'Landmarks',
          content: {
            'application/json': { schema: INFERENCE_RESPONSE },
            'application/octet-stream': { schema: BYTES },
          },
        },
      }),
    },
    handler: (request, reply) => infer(request, reply, pool),
  });
}

async function infer(request: FastifyRequest, reply: FastifyReply, pool: Pool): Promise<FastifyReply> {
  const model = named(request, pool);
  if (request.isMultipart() || !(request.body instanceof Uint8Array) || request.body.length === 0)
    throw new FacemarkError('bad-request', 'the body is empty or a form; expected an inference request in JSON.');
  const asked = { body: request.body, headerBytes: headerBytes(request.headers[HEADER_BYTES]) };
  const { body, headerBytes: own } = await pool.infer(asked, { model, signal: request.gone });
  if (own !== undefined) void reply.header('Inference-Header-Content-Length', own);
  return reply.type(own === undefined ? 'application/json' : 'application/octet-stream').send(Buffer.from(body));
}

function headerBytes(value: string | string[] | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,12}$/.test(value)) return Number(value);
  throw new FacemarkError(
    'bad-request',
    'Inference-Header-Content-Length is no whole number; expected the length of the JSON in bytes.',
  );
}

/** The network of the path. */
function named(request: FastifyRequest, pool: Pool): string {
  const { model, version: asked = VERSION } = request.params as { model: string; version?: string };
  const name = chooseModel(pool.models, model);
  if (asked === VERSION) return name;
  throw new FacemarkError('no-model', `${name} has no version ${JSON.stringify(asked)}; expected ${VERSION}.`);
}

function metadata(pool: Pool, name: string): object {
  const { width, height, landmarks } = pool.models[name] as Pool['models'][string];
  return {
    name,
    versions: [VERSION],
    platform: 'facemark_tensorflowjs',
    inputs: [{ name: INPUT, datatype: 'UINT8', shape: [-1, height, width] }],
    outputs: [{ name: OUTPUT, datatype: 'FP32', shape: [-1, landmarks.length, 2] }],
  };
}

function isReady(pool: Pool): boolean {
  return pool.status().workers.ready > 0;
}
