// Embed a pool in your own Express app: POST a photo, get its landmarks.
//
//     npm install express
//     facemark train --out first-net                     makes a bundle
//     node examples/06-express.mjs first-net/bundle [port]
//     curl -H 'content-type: image/jpeg' --data-binary @photo.jpg http://127.0.0.1:8080/landmarks

import express from 'express';
import { createPool, FacemarkError } from 'facemark';

const [bundle, port = '8080'] = process.argv.slice(2);
if (!bundle) throw new Error('usage: node examples/06-express.mjs BUNDLE [PORT]');

const STATUS = { 'bad-image': 422, 'too-large': 413, overloaded: 503, closed: 503, timeout: 504 }; // others are bugs

const pool = await createPool(bundle); // its workers compute, the event loop stays free
const app = express();

app.post('/landmarks', express.raw({ type: 'image/*', limit: '16mb' }), async (request, response) => {
  // Bytes only: a text would be taken for the path of a file here.
  if (!Buffer.isBuffer(request.body)) return response.status(415).json({ error: 'send a photo as image/…' });
  const gone = new AbortController();
  response.on('close', () => gone.abort()); // the client hung up, or has its answer
  response.json(await pool.predictImage(request.body, { signal: gone.signal })); // what it throws goes to next
});

app.use((error, _request, response, next) => {
  if (response.destroyed) return console.log('a client hung up');
  if (response.headersSent) return next(error);
  const status = error instanceof FacemarkError ? STATUS[error.code] : error.status;
  if (!status) console.error(error);
  response.status(status ?? 500).json({ error: status ? error.message : 'something went wrong here' });
});

const server = app.listen(Number(port), '127.0.0.1', (error) => {
  if (error) throw error;
  const { port: listening } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`listening on http://127.0.0.1:${listening}`);
});
process.once('SIGTERM', () => server.close(() => pool.close())); // the pool ends when every request is answered
