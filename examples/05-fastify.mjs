// Embed a pool in your own Fastify app: POST a photo, get its landmarks; the pool ends with the app.
//
//     npm install fastify
//     facemark train --out first-net                     makes a bundle
//     node examples/05-fastify.mjs first-net/bundle [port]
//     curl -H 'content-type: image/jpeg' --data-binary @photo.jpg http://127.0.0.1:8080/landmarks

import { createPool, FacemarkError } from 'facemark';
import Fastify from 'fastify';

const [bundle, port = '8080'] = process.argv.slice(2);
if (!bundle) throw new Error('usage: node examples/05-fastify.mjs BUNDLE [PORT]');

const LARGEST = 16 * 2 ** 20; // bytes of a photo
const STATUS = { 'bad-image': 422, 'too-large': 413, overloaded: 503, closed: 503, timeout: 504 }; // others are bugs

const pool = await createPool(bundle); // its workers compute, the event loop stays free
const app = Fastify({ bodyLimit: LARGEST, return503OnClosing: false, forceCloseConnections: 'idle' });
app.addHook('onClose', () => pool.close()); // when every request is answered

app.removeAllContentTypeParsers(); // bytes only: a text would be taken for the path of a file here
app.addContentTypeParser(/^image\//, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.post('/landmarks', async (request, reply) => {
  if (!Buffer.isBuffer(request.body)) return reply.code(415).send({ error: 'send a photo as image/…' });
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort()); // the client hung up, or has its answer
  return pool.predictImage(request.body, { signal: gone.signal });
});

app.setErrorHandler((error, _request, reply) => {
  if (reply.raw.destroyed) return void console.log('a client hung up');
  const { code, statusCode, message } = /** @type {import('fastify').FastifyError} */ (error);
  const status = error instanceof FacemarkError ? STATUS[code] : statusCode;
  if (!status) console.error(error);
  return reply.code(status ?? 500).send({ error: status ? message : 'something went wrong here' });
});

console.log(`listening on ${await app.listen({ host: '127.0.0.1', port: Number(port) })}`);
process.once('SIGTERM', () => app.close());
