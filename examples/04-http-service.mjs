// Embed a trained network in an HTTP service: POST the gray bytes of one face, get its landmarks in pixels.
//
//     facemark train --out first-net                     makes a bundle
//     node examples/04-http-service.mjs first-net/bundle [port]
//     curl --data-binary @face.gray http://127.0.0.1:8080/landmarks

import { createServer } from 'node:http';
import { FacemarkError, loadPredictor } from 'facemark';

const [bundle, port = '8080'] = process.argv.slice(2);
if (!bundle) throw new Error('usage: node examples/04-http-service.mjs BUNDLE [PORT]');
const predictor = await loadPredictor(bundle); // once; one predictor serves every request
const size = predictor.width * predictor.height;

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (request.method !== 'POST' || request.url !== '/landmarks')
    return answer(404, { error: `POST ${size} gray bytes to /landmarks` });
  try {
    const chunks = [];
    let bytes = 0;
    for await (const chunk of request) {
      bytes += chunk.length;
      if (bytes > size)
        return answer(413, { error: `expected ${size} bytes: ${predictor.width}×${predictor.height} gray values` });
      chunks.push(chunk);
    }
    answer(200, await predictor.predict(Buffer.concat(chunks)));
  } catch (error) {
    if (error instanceof FacemarkError) answer(400, { error: error.message });
    else answer(500, { error: 'something went wrong here' });
  }
});

server.listen(Number(port), '127.0.0.1', () => {
  const { port: listening } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`listening on http://127.0.0.1:${listening}`);
});
process.on('SIGTERM', () => server.close(() => predictor.dispose()));
