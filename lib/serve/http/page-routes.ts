/**
 * `GET /`: a page to try the networks, with the files it needs; and the networks' own files, with which a browser predicts itself. The page
 * is open to everybody, also where a token is asked for: it holds nothing but facemark. The networks are not.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chooseModel } from '../networks';
import type { Pool } from '../pool';
import { type PageFile, readPageFiles } from './page-files';
import { HttpProblem } from './problem';
import { answers, BYTES } from './schemas';

/** The page talks to its own server and to nobody else, and runs nothing that is not a file of it. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache', // kept, but asked about each time: 304 while it is the same
} as const;

/** Adds the routes. */
export function addPageRoutes(app: FastifyInstance, pool: Pool): void {
  const files = readPageFiles();
  const page = files.get('index.html') as PageFile;
  app.get('/', { schema: { hide: true } }, (request, reply) => sendFile(request, reply, page));
  app.get('/page/:file', { schema: { hide: true } }, (request, reply) => {
    const { file: name } = request.params as { file: string };
    const file = files.get(name);
    if (!file) throw new HttpProblem('not-found', `the page has no file ${JSON.stringify(name.slice(0, 100))}.`);
    return sendFile(request, reply, file);
  });
  addNetworkFiles(app, pool);
}

function sendFile({ headers }: FastifyRequest, reply: FastifyReply, { bytes, type, etag }: PageFile): FastifyReply {
  void reply.headers(HEADERS).header('etag', etag);
  return headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
}

const text = { type: 'string' } as const;
const NETWORK_FILES = {
  operationId: 'modelFile',
  summary: 'A network for TensorFlow.js in a browser',
  description:
    '`facemark.json` (size, landmarks, scaling, names of the files; how it was trained is left out: that may name files of this machine), `model.json`, and the weights.',
  params: { type: 'object', properties: { model: text, file: text }, required: ['model', 'file'] },
  response: answers({
    200: {
      description: 'The file',
      content: { 'application/json': { schema: { type: 'object' } }, 'application/octet-stream': { schema: BYTES } },
    },
  }),
};

function addNetworkFiles(app: FastifyInstance, pool: Pool): void {
  app.get('/v1/models/:model/files/:file', { schema: NETWORK_FILES }, (request, reply) => {
    const { model, file } = request.params as { model: string; file: string };
    const {
      manifest,
      model: topology,
      weights,
    } = pool.bundles[chooseModel(pool.models, model)] as Pool['bundles'][string];
    const { record: _, sha256: __, ...told } = manifest;
    void reply.header('x-content-type-options', 'nosniff');
    if (file === 'facemark.json') return reply.send(told);
    if (file === manifest.files.model.name) return reply.type('application/json').send(Buffer.from(topology));
    if (file === manifest.files.weights.name) return reply.type('application/octet-stream').send(Buffer.from(weights));
    const names = ['facemark.json', manifest.files.model.name, manifest.files.weights.name].join(', ');
    throw new HttpProblem('not-found', `the network has no such file; it has ${names}.`);
  });
}
