/** Bodies that come compressed, and answers that go so to those who ask: `Content-Encoding` and `Accept-Encoding`, of which Triton's client has options. */

import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem';

const TAKEN = ['gzip', 'deflate', 'br', 'identity'] as const;
const SHORTEST = 2048; // bytes of an answer that is worth it: the points of one face are shorter

/** Adds both. The limit of a body is the limit of what it unpacks to, too. */
export async function addEncodings(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', async ({ headers }) => {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined) headers['content-encoding'] = encoding.toLowerCase(); // RFC 9110, 8.4.1
  });
  await app.register(compress, {
    threshold: SHORTEST,
    requestEncodings: [...TAKEN],
    onUnsupportedRequestEncoding: (encoding) =>
      new HttpProblem(
        'unsupported-media-type',
        `the content encoding is ${encoding}; expected one of ${TAKEN.join(', ')}.`,
        { 'accept-encoding': TAKEN.join(', ') }, // RFC 9110, 15.5.16
      ),
    // The properties of this are laid over zlib's error, so the sentence has to be one of them.
    onInvalidRequestPayload: (encoding) => {
      const message = `the body is not what its content encoding says: it cannot be unpacked as ${encoding}.`;
      return { name: 'Error', message, statusCode: 400 } as Error;
    },
  });
}
