/** A service: the pool behind an HTTP server. `facemark serve` is this function with a command line in front of it. */

import { availableParallelism } from 'node:os';
import { suits } from '../backend/choose';
import { FacemarkError, messageOf } from '../errors';
import { checkNumber, withDefaults } from '../options';
import { type InlineAnswers, inlineAnswers } from './inline';
import type { Bundles } from './networks';
import { createPool, POOL_DEFAULTS, type Pool, type PoolOptions } from './pool';

export interface ServeOptions extends Omit<PoolOptions, 'limits'> {
  /** Address to listen on; only this machine by default. `0.0.0.0` or `::` for every network. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port?: number;
  /** Who does not send it as bearer token is refused, except for health checks. */
  readonly token?: string;
  /** Largest body of a request. */
  readonly maxBodyBytes?: number;
  /** Largest photo, width times height in millions. */
  readonly maxMegapixels?: number;
  /** Bodies that are held at the same time, all together; more are answered 503. */
  readonly maxBytesInside?: number;
  /** Whether `/` is a page to try it, and the networks can be downloaded, which it needs to run them in the browser; true by default. */
  readonly page?: boolean;
  /** The log, a JSON document a line: its level and where it goes; none by default. */
  readonly log?: false | { readonly level: string; readonly stream: { write(line: string): void } };
}

const MIB = 2 ** 20;

export const SERVE_DEFAULTS = Object.freeze({
  ...POOL_DEFAULTS,
  host: '127.0.0.1',
  port: 8080,
  isolation: 'process' as const, // a picture that crashes a decoder takes one worker along, not the service
  maxBodyBytes: 16 * MIB, // the JPEG of a 25-megapixel phone
  maxMegapixels: 25,
  maxBytesInside: 256 * MIB,
  page: true,
  log: false as const,
});

export interface Service {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly pool: Pool;
  /** Takes no more connections, answers what it has taken in, and ends the workers. */
  close(): Promise<void>;
}

/**
 * Starts a service; resolves when it listens and every worker is ready.
 *
 * @param bundles the folder of a bundle, or several by name
 * @throws FacemarkError `listen` when the address is taken or not ours, and as `createPool`
 */
export async function serve(bundles: Bundles, options: ServeOptions = {}): Promise<Service> {
  const filled = withDefaults(SERVE_DEFAULTS, options);
  const { host, port, token, maxBodyBytes, maxMegapixels, maxBytesInside, page, log, ...asked } = filled;
  checkNumber('port', port, { integer: true, atLeast: 0, atMost: 65_535 });
  checkNumber('maxBodyBytes', maxBodyBytes, { integer: true, atLeast: 1 });
  checkNumber('maxBytesInside', maxBytesInside, { integer: true, atLeast: 1 });
  if (token !== undefined && !/^\S+$/.test(token))
    throw new FacemarkError('bad-option', 'the token is empty or has spaces in it; expected one word.');
  const limits = { maxBytes: maxBodyBytes, maxMegapixels };
  const pool = await createPool(bundles, { ...asked, limits });
  const maxInside = asked.maxQueue + asked.workers * asked.concurrency;
  const { createApp } = require('./http/app') as typeof import('./http/app'); // Fastify is loaded for those who serve
  let inline: InlineAnswers | undefined;
  let close = async (): Promise<void> => {
    await pool.close();
    inline?.dispose();
  };
  try {
    const timeoutMs = Number.isFinite(asked.timeoutMs) ? asked.timeoutMs : 0; // 0 is Node's word for no end
    if (pool.status().backend.name === 'wasm' && (await suits('wasm')))
      inline = await inlineAnswers(pool.bundles, limits, Math.min(availableParallelism(), asked.workers + 1));
    const bounds = { maxBodyBytes, maxInside, maxBytesInside, timeoutMs };
    const app = await createApp(pool, inline, { token, ...bounds, page, log });
    close = () => app.close();
    const url = await app.listen({ host, port });
    return { url, pool, close };
  } catch (thrown) {
    await close();
    throw cannotListen(thrown as NodeJS.ErrnoException, host, port);
  }
}

function cannotListen(thrown: NodeJS.ErrnoException, host: string, port: number): Error {
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: 'somebody listens there already; choose another port (port, --port), or 0 for any',
    EACCES: 'this user may not listen there; choose a port above 1023 (port, --port)',
    EADDRNOTAVAIL: 'it is no address of this machine (host, --host)',
    ENOTFOUND: 'there is no such host (host, --host)',
  };
  if (thrown.code === undefined || !/^(EADDR|EACCES|ENOTFOUND|EAI_)/.test(thrown.code)) return thrown;
  return new FacemarkError(
    'listen',
    `cannot listen on ${host}, port ${port}: ${words[thrown.code] ?? messageOf(thrown)}.`,
  );
}
