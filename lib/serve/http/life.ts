/**
 * The life of a request: whether it may come in, when it is gone, and what is noted about it, one line of the log and one count for each.
 * Nothing of its content is noted.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Admission } from './admission';
import type { Metrics } from './metrics';

declare module 'fastify' {
  interface FastifyRequest {
    /** Aborted when the client has gone before its answer. */
    readonly gone: AbortSignal;
    /** Code of the problem that it is answered with. */
    problem: string | undefined;
  }
  interface FastifyContextConfig {
    /** Whether requests of this route are let in by admission: those that are work. */
    takesIn?: boolean;
  }
}

export interface LifeOptions {
  readonly admission: Admission;
  readonly metrics: Metrics;
  /** Throws for who may not come in. */
  readonly check: ((request: FastifyRequest) => void) | undefined;
  /** Bytes that a body is taken for whose length is not known: no length is told, or only that of its compressed form. */
  readonly bodyLimit: number;
}

/** Adds the hooks. */
export function addLife(app: FastifyInstance, { admission, metrics, check, bodyLimit }: LifeOptions): void {
  app.decorateRequest('gone', {
    getter() {
      return controllerOf(this).signal;
    },
  });
  app.decorateRequest('problem');
  app.addHook('onRequest', async (request, reply) => {
    let leave: (() => void) | undefined;
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) controllerOf(request).abort();
      leave?.();
      note(request, reply, metrics);
    });
    check?.(request);
    if (request.routeOptions.config.takesIn) leave = admission.enter(bodyBytes(request, bodyLimit));
  });
}

/** Made when it is asked for: requests that are answered inline need none. */
function controllerOf(request: FastifyRequest): AbortController {
  const controller = controllers.get(request) ?? new AbortController();
  controllers.set(request, controller);
  return controller;
}

const controllers = new WeakMap<FastifyRequest, AbortController>();

function bodyBytes({ headers }: FastifyRequest, bodyLimit: number): number {
  const length = headers['content-encoding'] ? Number.NaN : Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) ? Math.min(length, bodyLimit) : bodyLimit; // a longer one is refused
}

const GONE = 499; // nginx's status for a client that went away

function note(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  const route = request.routeOptions.url ?? 'none';
  const isGone = !reply.raw.writableFinished;
  const status = isGone ? GONE : reply.statusCode;
  const code = isGone ? 'aborted' : (request.problem ?? 'ok');
  metrics.count(route, status, code, reply.elapsedTime / 1000);
  const bytes = Number(request.headers['content-length'] ?? 0);
  const ms = Math.round(reply.elapsedTime * 10) / 10;
  request.log.info({ method: request.method, route, status, code, ms, bytes, from: request.ip }, 'answered');
}
