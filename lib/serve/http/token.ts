/** The bearer token: who does not bring it is answered 401. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem';

/** Health is asked by orchestrators, which have no token; the page asks its user for it. They tell nothing about anybody. */
const OPEN = new Set(['/v2/health/live', '/v2/health/ready', '/', '/page/:file']);

/**
 * A check of the header `Authorization`.
 *
 * @throws HttpProblem `unauthorized`, from the check
 */
export function tokenCheck(token: string): (request: FastifyRequest) => void {
  const expected = digest(token);
  return ({ headers, routeOptions }) => {
    if (OPEN.has(routeOptions.url ?? '')) return;
    const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(given), expected)) return; // of equal length, whatever was given
    throw new HttpProblem(
      'unauthorized',
      'this service asks for a token; send it in the header Authorization: Bearer TOKEN.',
      { 'www-authenticate': 'Bearer realm="facemark"' },
    );
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
