/** What Node itself refuses, before there is a request that a route could answer: what is no HTTP, too long a header, one that comes too slowly. */

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FacemarkError } from '../../errors';
import { HttpProblem, problemOf } from './problem';

/** Answers on the bare socket, and hangs up. */
export function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = problemOf(rawProblem(error), '');
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function rawProblem({ code }: NodeJS.ErrnoException): HttpProblem | FacemarkError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpProblem('header-too-large', 'the headers are longer than 16 KB; expected shorter ones.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpProblem(
      'slow-request',
      'the request did not come in whole in time; expected a faster one, or a smaller photo.',
    );
  return new FacemarkError('bad-request', `this is no HTTP request (${code}).`);
}
