/** The service as a Fastify application over a pool: its routes, its errors, its bounds. It does not listen yet. */

import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { FacemarkError } from '../../errors';
import { version } from '../../version';
import type { InlineAnswers } from '../inline';
import type { Pool } from '../pool';
import { admission } from './admission';
import { addEncodings } from './encodings';
import { addInferenceRoutes } from './inference-routes';
import { addLife } from './life';
import { createMetrics } from './metrics';
import { addPageRoutes } from './page-routes';
import { FORM_LIMITS } from './photo-body';
import { addPredictRoutes } from './predict-routes';
import { HttpProblem, problemOf, sendProblem } from './problem';
import { refuseRaw } from './refuse-raw';
import { answers } from './schemas';
import { tokenCheck } from './token';

export interface AppOptions {
  readonly token: string | undefined;
  /** Of one request. */
  readonly maxBodyBytes: number;
  /** Requests that are in at the same time, and bytes of their bodies. */
  readonly maxInside: number;
  readonly maxBytesInside: number;
  /** Time in which a request must have come in whole. */
  readonly timeoutMs: number;
  /** Whether there is a page to try it at `/`, and networks to download. */
  readonly page: boolean;
  /** Level of the log and where it goes; false for none. */
  readonly log: false | { readonly level: string; readonly stream: { write(line: string): void } };
}

const KEEP_ALIVE_MS = 72_000; // longer than the 60 s of usual load balancers, which must be the first to hang up
const CHECK_MS = 1000; // how often requests that come in slowly are looked at; Node's 30 s would be added to their time
const LONGEST_NAME = 16_384; // characters in a path, as long as headers may be: who asks for a long name hears that there is none

/**
 * Makes the application; the pool is closed with it, and the inline answers.
 *
 * @param inline what is answered in this process, if anything is
 */
export async function createApp(
  pool: Pool,
  inline: InlineAnswers | undefined,
  options: AppOptions,
): Promise<FastifyInstance> {
  const { token, maxBodyBytes, maxInside, maxBytesInside, timeoutMs, page, log } = options;
  const app: FastifyInstance = Fastify({
    ...{ logger: log, logController: new LogController({ disableRequestLogging: true }) }, // life.ts notes requests
    ...{ bodyLimit: maxBodyBytes, requestTimeout: timeoutMs, keepAliveTimeout: KEEP_ALIVE_MS },
    // Said to Node itself too, which takes the time for headers from it; where theirs is the longer one, it swaps the two.
    http: { requestTimeout: timeoutMs, connectionsCheckingInterval: CHECK_MS, requireHostHeader: false }, // refused below
    routerOptions: { maxParamLength: LONGEST_NAME },
    ...{ forceCloseConnections: 'idle', return503OnClosing: false }, // what came in is answered, also while it closes
    frameworkErrors: (error, request, reply) => answerError(request as FastifyRequest, reply, error),
    clientErrorHandler: (error, socket) => refuseRaw(error as NodeJS.ErrnoException, socket),
  });
  // Expectations that nobody knows may be ignored (RFC 9110, 10.1.1); Node's own answer to them is no problem+json.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  // Whoever reads a body checks it, with a sentence; the schemas are the OpenAPI document, and the tests hold the answers against them.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const door = admission(maxInside, maxBytesInside);
  const metrics = createMetrics(pool, { inside: () => door.inside, inline: () => inline?.answered ?? 0 });
  addLife(app, {
    admission: door,
    metrics,
    check: token === undefined ? undefined : tokenCheck(token),
    bodyLimit: maxBodyBytes,
  });
  // As RFC 9112 demands (3.2); Node's own answer would be no problem+json.
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.headers.host === undefined && raw.httpVersion === '1.1')
      throw new FacemarkError('bad-request', 'the request names no host; expected the header Host.');
  });
  addErrors(app);
  addClosing(app, async () => {
    metrics.close();
    await pool.close();
    inline?.dispose();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  await addEncodings(app);
  // No part is ever too much for its stream: @fastify/busboy does not go on after one that it skips (of no form, say) and that was.
  await app.register(multipart, { limits: { ...FORM_LIMITS, fileSize: maxBodyBytes }, fileHwm: maxBodyBytes + 1 });
  await app.register(swagger, { openapi: token === undefined ? OPENAPI : { ...OPENAPI, ...ASKS_FOR_TOKEN } });
  await app.register(async (routes) => {
    addPredictRoutes(routes, pool, (image, asked) =>
      inline?.predictImage(image, { ...asked, isAlone: door.inside === 1 }),
    );
    addInferenceRoutes(routes, pool);
    if (page) addPageRoutes(routes, pool);
    const told = { operationId: 'metrics', summary: 'Metrics in the format of Prometheus', produces: ['text/plain'] };
    const text = { description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } };
    routes.get('/metrics', { schema: { ...told, response: answers({ 200: text }) } }, async (_, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    );
    routes.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  await app.ready();
  return app;
}

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'facemark',
    version,
    description: 'Facial landmarks of photos. Every error is a problem of RFC 9457 with a stable code.',
  },
} as const;

const ASKS_FOR_TOKEN = {
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  security: [{ bearer: [] }],
} as const;

function addErrors(app: FastifyInstance): void {
  const routes: { readonly method: string; readonly path: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const path = new RegExp(`^${url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`);
    for (const each of [method].flat()) routes.push({ method: each, path });
  });
  app.setErrorHandler((error, request, reply) => answerError(request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const allow = routes.filter((route) => route.path.test(path)).map(({ method }) => method);
    const shown = path.slice(0, LONGEST_SHOWN);
    const problem = allow.length
      ? new HttpProblem('method-not-allowed', `${shown} takes ${allow.join(', ')}.`, { allow: allow.join(', ') })
      : new HttpProblem('not-found', `there is nothing at ${shown}; /openapi.json says what there is.`);
    return answerError(request, reply, problem);
  });
}

const LONGEST_SHOWN = 200; // characters of a path in a message

function answerError(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const problem = problemOf(thrown, request.id);
  request.problem = problem.code;
  if (problem.code === 'internal') request.log.error({ err: thrown }, 'failed');
  else request.log.debug({ detail: problem.detail }, problem.code);
  return sendProblem(reply, problem, thrown);
}

/** While it closes, connections are not kept: each ends with the answer to what it has asked. */
function addClosing(app: FastifyInstance, onClosed: () => Promise<void>): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (_, reply) => {
    if (isClosing) void reply.header('connection', 'close');
  });
  app.addHook('onClose', onClosed);
}
