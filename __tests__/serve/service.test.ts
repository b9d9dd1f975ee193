import { request } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { useBackend } from '../../lib/backend/choose';
import type { Predictor } from '../../lib/predict/predictor';
import { type ServeOptions, type Service, serve } from '../../lib/serve/serve';
import { messageFrom } from '../tiny-faces';
import { jsonOf, photo, SIZE, tinyBundle } from './tiny-bundle';

let folder: string;
let predictor: Predictor;
let service: Service;
const lines: string[] = [];
const log = { level: 'info', stream: { write: (line: string) => void lines.push(line) } };
const QUICK = { port: 0, backend: 'cpu', isolation: 'thread', workers: 1 } as const;

beforeAll(async () => {
  await useBackend('cpu');
  ({ folder, predictor } = await tinyBundle('net'));
  service = await serve(folder, { ...QUICK, maxBodyBytes: 100_000, maxMegapixels: 0.05, log });
});
afterAll(() => service.close());

const post = (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
  fetch(service.url + path, { method: 'POST', body, headers });
const get = (path: string) => fetch(service.url + path);
/** Other services, each closed when its test is over. */
async function withService<T>(options: ServeOptions, use: (service: Service) => Promise<T>): Promise<T> {
  const other = await serve(folder, { ...QUICK, ...options });
  try {
    return await use(other);
  } finally {
    await other.close();
  }
}
/** What a service answers to some bytes until it hangs up. */
function said(url: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => (text += data)).on('end', () => resolve(text));
  });
}
/** A list in a list in a list … */
function deep(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

describe('POST /v1/predict', () => {
  const expected = async (options = {}) => ({ model: 'net', ...(await predictor.predictImage(photo(), options)) });

  test.each(['image/x-portable-graymap', 'application/octet-stream', 'application/x-www-form-urlencoded'])(
    'takes a photo raw as %s',
    async (type) => {
      const response = await post('/v1/predict', photo(), { 'content-type': type });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(await jsonOf(response)).toEqual(await expected());
    },
  );

  test('takes it in a form, and the box and the network in the query or in the form', async () => {
    const box = { x: 1, y: -2.5, width: 10, height: 9 };
    const form = new FormData();
    form.append('model', 'net');
    form.append('box', '1,-2.5,10,9');
    form.append('photo', new Blob([photo()]), 'me.jpg');
    expect(await (await post('/v1/predict', form)).json()).toEqual(await expected({ box }));
    const query = '/v1/predict?model=net&box=1,-2.5,10,9';
    expect(await (await post(query, photo(), { 'content-type': 'image/*' })).json()).toEqual(await expected({ box }));
  });

  const image = { 'content-type': 'image/jpeg' };
  const formOf = (parts: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(parts)) form.append(name, value);
    return form;
  };
  test.each<[number, string, string, () => Promise<Response>]>([
    [
      400,
      'bad-request',
      'box is "1,2,3"; expected x,y,width,height in pixels of the upright photo.',
      () => post('/v1/predict?box=1,2,3', photo(), image),
    ],
    [
      400,
      'bad-request',
      'box is given more than once, or as a file; expected it once.',
      () => post('/v1/predict?box=1,2,3,4&box=1,2,3,4', photo(), image),
    ],
    [
      400,
      'bad-option',
      'the picture: the box (x 99, y 0, 1×1) lies outside of the picture, which is 20×10; expected one that covers some of it.',
      () => post('/v1/predict?box=99,0,1,1', photo(), image),
    ],
    [
      404,
      'no-model',
      'there is no network "x"; expected one of net.',
      () => post('/v1/predict?model=x', photo(), image),
    ],
    [
      400,
      'bad-request',
      'the form has no file in it; expected the photo, under any name.',
      () => post('/v1/predict', formOf({ box: '1,2,3,4' })),
    ],
    [
      415,
      'unsupported-media-type',
      'the content type is text/html; expected image/*, application/octet-stream, or a form, multipart/form-data, with the photo in it.',
      () => post('/v1/predict', '<p>', { 'content-type': 'text/html' }),
    ],
    [
      415,
      'unsupported-media-type',
      'the content type cannot be read; expected one such as image/jpeg, or none.',
      () => post('/v1/predict', photo(), { 'content-type': 'garbage' }),
    ],
    [
      400,
      'bad-request',
      'the form has too many parts; expected one photo, and perhaps box and model.',
      () => {
        const form = new FormData();
        for (const name of ['front', 'side']) form.append(name, new Blob([photo()]), 'me.pgm');
        return post('/v1/predict', form);
      },
    ],
    [
      422,
      'bad-image',
      'the picture is empty; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.',
      () => post('/v1/predict', '', image),
    ],
    [
      413,
      'too-large',
      'the picture has 1000×51 pixels; expected at most 0.05 megapixels (limits.maxMegapixels, --max-megapixels).',
      () => post('/v1/predict', photo(1000, 51), image),
    ],
    [405, 'method-not-allowed', '/v1/predict takes POST.', () => get('/v1/predict')],
    [400, 'bad-request', 'the address has a % that encodes nothing; expected %25 for a % itself.', () => get('/v1/%')],
    [
      404,
      'no-model',
      `there is no network "${'x'.repeat(100)}"; expected one of net.`,
      () => get(`/v2/models/${'x'.repeat(3000)}`),
    ],
    [404, 'not-found', 'there is nothing at /v3; /openapi.json says what there is.', () => get('/v3?secret=1')],
  ])('answers %i %s, %s', async (status, code, detail, ask) => {
    const response = await ask();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await jsonOf(response)).toEqual({
      ...{ type: `urn:facemark:problem:${code}`, title: expect.any(String), status, detail, code, error: detail },
    });
  });

  test.each([
    ['raw', () => post('/v1/predict', Buffer.alloc(100_001), image)],
    [
      'in a form',
      () => {
        const form = new FormData();
        form.append('photo', new Blob([Buffer.alloc(100_001)]), 'me.jpg');
        return post('/v1/predict', form);
      },
    ],
  ])('a body above the limit, %s, is answered 413', async (_, ask) => {
    const response = await ask();
    expect([response.status, await jsonOf(response)]).toMatchObject([
      413,
      {
        code: 'too-large',
        detail:
          'the body has more bytes than this service takes in (maxBodyBytes, --max-body-bytes); expected a smaller photo.',
      },
    ]);
  });

  test.each(['--XX\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nP5 2', '--XX\r\n', 'nothing'])(
    'a form that is broken, %j, is answered 400',
    async (body) => {
      const type = { 'content-type': 'multipart/form-data; boundary=XX' };
      const response = await post('/v1/predict', Buffer.from(body), type);
      expect([response.status, (await jsonOf(response)).code]).toEqual([400, 'bad-request']);
    },
  );
});

test.each(['X-Nothing: 1', 'Content-Disposition: attachment; filename="a"'])(
  'passes over a part of any length that is no field: %s',
  async (header) => {
    const body = `--XX\r\n${header}\r\n\r\n${'x'.repeat(50_000)}\r\n--XX--\r\n`;
    const response = await post('/v1/predict', body, { 'content-type': 'multipart/form-data; boundary=XX' });
    expect(await jsonOf(response)).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^the form has no file/),
    });
  },
);

describe('the Open Inference Protocol', () => {
  const faces = Uint8Array.from({ length: 2 * SIZE * SIZE }, (_, i) => i);
  const input = { name: 'pixels', shape: [2, SIZE, SIZE], datatype: 'UINT8' };
  const infer = (json: unknown, tail = new Uint8Array(), path = '/v2/models/net/infer') => {
    const header = Buffer.from(JSON.stringify(json));
    const length: Record<string, string> = tail.length
      ? { 'inference-header-content-length': String(header.length) }
      : {};
    return post(path, Buffer.concat([header, tail]), length);
  };
  const points = async () => [...(await predictor.predictPoints(faces))];

  test('tells about server and network, and whether they are ready', async () => {
    expect(await (await get('/v2')).json()).toMatchObject({ name: 'facemark', extensions: ['binary_tensor_data'] });
    expect(await (await get('/v2/health/live')).json()).toEqual({ live: true });
    expect(await (await get('/v2/health/ready')).json()).toEqual({ ready: true });
    const metadata = {
      ...{ name: 'net', versions: ['1'], platform: 'facemark_tensorflowjs' },
      inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [-1, SIZE, SIZE] }],
      outputs: [{ name: 'points', datatype: 'FP32', shape: [-1, 15, 2] }],
    };
    for (const path of ['/v2/models/net', '/v2/models/net/versions/1']) {
      expect(await (await get(path)).json()).toEqual(metadata);
      expect(await (await get(`${path}/ready`)).json()).toEqual({ name: 'net', ready: true });
    }
    expect(await (await get('/v2/models/net/versions/7/ready')).json()).toMatchObject({
      ...{ status: 404, error: 'net has no version "7"; expected 1.' },
    });
  });

  test('takes and gives tensors as JSON, nested or flat', async () => {
    const flat = [...faces];
    const rows = (values: number[], n: number) =>
      Array.from({ length: values.length / n }, (_, i) => values.slice(i * n, (i + 1) * n));
    const nested = [0, 1].map((i) => rows(flat.slice(i * SIZE * SIZE, (i + 1) * SIZE * SIZE), SIZE));
    for (const data of [flat, nested]) {
      const response = await infer({ id: '42', inputs: [{ ...input, data }], outputs: [{ name: 'points' }] });
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await jsonOf(response)).toEqual({
        ...{ model_name: 'net', model_version: '1', id: '42' },
        outputs: [{ name: 'points', datatype: 'FP32', shape: [2, 15, 2], data: await points() }],
      });
    }
  });

  test('takes and gives them as bytes behind the JSON', async () => {
    const request = {
      inputs: [{ ...input, parameters: { binary_data_size: faces.length } }],
      outputs: [{ name: 'points', parameters: { binary_data: true } }],
    };
    for (const json of [request, { ...request, outputs: undefined, parameters: { binary_data_output: true } }]) {
      const response = await infer(json, faces, '/v2/models/net/versions/1/infer');
      const body = await response.arrayBuffer();
      const length = Number(response.headers.get('inference-header-content-length'));
      expect(JSON.parse(Buffer.from(body, 0, length).toString())).toMatchObject({
        outputs: [{ name: 'points', datatype: 'FP32', shape: [2, 15, 2], parameters: { binary_data_size: 240 } }],
      });
      expect([...new Float32Array(body.slice(length))]).toEqual(await points());
    }
  });

  const with1 = (change: object) => ({
    inputs: [{ ...input, shape: [1, SIZE, SIZE], data: [...faces.subarray(64)], ...change }],
  });
  test.each<[string, () => Promise<Response>]>([
    ['the body is empty or a form; expected an inference request in JSON.', () => post('/v2/models/net/infer', '')],
    ['expected a JSON object as the body.', () => infer([])],
    ['expected one input, pixels, in "inputs".', () => infer({ inputs: [{ name: 'x' }] })],
    ['id is 1; expected a text.', () => infer({ id: 1, ...with1({}) })],
    ['the input pixels has the datatype "FP32"; expected "UINT8".', () => infer(with1({ datatype: 'FP32' }))],
    ['the input pixels has the shape [0]; expected whole numbers above 0.', () => infer(with1({ shape: [0] }))],
    [
      'the input pixels has the shape [64,1,1]; expected [n, 8, 8]: n faces in gray values from 0 to 255.',
      () => infer(with1({ shape: [64, 1, 1] })),
    ],
    ['the input pixels has 64 values; its shape [2,8,8] has room for 128.', () => infer(with1({ shape: [2, 8, 8] }))],
    ['the input pixels has the value 256; expected whole numbers from 0 to 255.', () => infer(with1({ data: [256] }))],
    [
      'the input pixels has the value null; expected whole numbers from 0 to 255.',
      () => infer(with1({ data: [null] })),
    ],
    ['the input pixels has no data; expected a list of values.', () => infer(with1({ data: 'x' }))],
    [
      'there is no output "x"; expected points, or no list of outputs.',
      () => infer({ ...with1({}), outputs: [{ name: 'x' }] }),
    ],
    [
      'the output "points" has no classes; leave out the parameter classification.',
      () => infer({ ...with1({}), outputs: [{ name: 'points', parameters: { classification: 1 } }] }),
    ],
    [
      'the input pixels says binary_data_size 9; 3 bytes stand behind the JSON.',
      () => infer(with1({ parameters: { binary_data_size: 9 } }), Uint8Array.of(1, 2, 3)),
    ],
    [
      '3 bytes stand behind the JSON, and the input pixels has no binary_data_size.',
      () => infer(with1({}), Uint8Array.of(1, 2, 3)),
    ],
    [
      'Inference-Header-Content-Length is 99; the body has only 2 bytes.',
      () => post('/v2/models/net/infer', '{}', { 'inference-header-content-length': '99' }),
    ],
    [
      'Inference-Header-Content-Length is no whole number; expected the length of the JSON in bytes.',
      () => post('/v2/models/net/infer', '{}', { 'inference-header-content-length': '-1' }),
    ],
  ])('refuses: %s', async (error, ask) => {
    const response = await ask();
    expect([response.status, (await jsonOf(response)).error]).toEqual([400, error]);
  });

  test('refuses what is no JSON', async () => {
    expect((await jsonOf(await post('/v2/models/net/infer', '{'))).error).toMatch(/^the body is no JSON document: /);
  });

  test.each([
    ['value', `{"inputs":[{"name":"pixels","datatype":"UINT8","shape":[1,8,8],"data":${deep(20_000)}}]}`],
    ['shape', `{"inputs":[{"name":"pixels","datatype":"UINT8","shape":${deep(20_000)}}]}`],
  ])('says in a sentence, however deep it lies, what is wrong with a %s', async (what, body) => {
    const response = await post('/v2/models/net/infer', body);
    expect(response.status).toBe(400);
    expect((await jsonOf(response)).error).toMatch(
      new RegExp(`^the input pixels has the ${what} \\[\\["…"\\]\\]; expected `),
    );
  });
});

describe('a body may be compressed', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['GZIP', gzipSync],
  ] as const)('by %s', async (encoding, packed) => {
    const type = { 'content-type': 'application/octet-stream' };
    const plain = await jsonOf(await post('/v1/predict', photo(), type));
    const response = await post('/v1/predict', packed(photo()), { ...type, 'content-encoding': encoding });
    expect([response.status, await jsonOf(response)]).toEqual([200, plain]);
  });

  test('and so may the answer, to those who ask for it, once it is long', async () => {
    const ask = (n: number) =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve) => {
        const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' };
        const sent = request(`${service.url}/v2/models/net/infer`, { method: 'POST', headers }, async (answer) => {
          const parts: Buffer[] = [];
          for await (const part of answer) parts.push(part as Buffer);
          resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(parts) });
        });
        const data = new Array(n * SIZE * SIZE).fill(7);
        sent.end(JSON.stringify({ inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [n, SIZE, SIZE], data }] }));
      });
    const [one, many] = [await ask(1), await ask(40)];
    expect([one.encoding, many.encoding]).toEqual([undefined, 'gzip']);
    const [{ data }] = JSON.parse(one.body.toString()).outputs;
    expect(JSON.parse(gunzipSync(many.body).toString()).outputs[0].data.slice(-30)).toEqual(data);
  });

  test.each<[number, string, string, Buffer]>([
    [
      400,
      'gzip',
      'the body is not what its content encoding says: it cannot be unpacked as gzip.',
      Buffer.from(photo()),
    ],
    [
      413,
      'gzip',
      'the body has more bytes than this service takes in (maxBodyBytes, --max-body-bytes); expected a smaller photo.',
      gzipSync(Buffer.alloc(100_001)),
    ],
    [415, 'zip', 'the content encoding is zip; expected one of gzip, deflate, br, identity.', Buffer.from(photo())],
  ])('%i for %s: %s', async (status, encoding, detail, body) => {
    const response = await post('/v1/predict', body, { 'content-encoding': encoding });
    expect(await jsonOf(response)).toMatchObject({ status, detail });
  });

  test('a form only in name', async () => {
    const headers = { 'content-encoding': 'identity' };
    const form = new FormData();
    form.append('photo', new Blob([photo()]), 'me.jpg');
    expect((await post('/v1/predict', form, headers)).status).toBe(200);
  });

  test('but no form', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'multipart/form-data; boundary=x' };
    const response = await post('/v1/predict', gzipSync('--x--'), headers);
    expect(await jsonOf(response)).toMatchObject({
      ...{ status: 415, detail: 'the form is compressed; expected it as it is, or the photo alone.' },
    });
  });
});

test('the bare socket gets a problem too, where there is no HTTP', async () => {
  const answer = await said(service.url, 'HELLO\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
  expect(JSON.parse(answer.split('\r\n\r\n')[1] as string)).toMatchObject({ code: 'bad-request' });
});

test('a request that names no host is refused with a problem, and of HTTP 1.0 needs none', async () => {
  const answer = await said(service.url, 'GET /v2 HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect(JSON.parse(answer.split('\r\n\r\n')[1] as string)).toMatchObject({
    ...{ status: 400, code: 'bad-request', detail: 'the request names no host; expected the header Host.' },
  });
  expect(await said(service.url, 'GET /v2 HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 OK\r\n/);
});

test('an expectation that nobody knows is ignored', async () => {
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${service.url}/v1/predict`, { method: 'POST', headers: { expect: 'the-best' } });
    asked.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
    asked.end(photo());
  });
  expect(status).toBe(200);
});

test('a request that does not come in whole in time is answered 408', async () => {
  await withService({ timeoutMs: 300 }, async ({ url }) => {
    const started = performance.now();
    const answer = await said(url, 'POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nP5');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] as string)).toMatchObject({ status: 408, code: 'slow-request' });
    expect(performance.now() - started).toBeLessThan(5000); // looked at each second
  });
});

test('a token is asked for, except by health checks', async () => {
  await withService({ token: 'open-sesame' }, async ({ url }) => {
    const statusWith = async (path: string, authorization?: string) =>
      (await fetch(url + path, { headers: authorization ? { authorization } : {} })).status;
    expect(await statusWith('/v2/health/live')).toBe(200);
    expect(await statusWith('/v2/health/ready')).toBe(200);
    for (const path of ['/v2', '/metrics', '/v1/models', '/openapi.json', '/nowhere']) {
      expect(await statusWith(path)).toBe(401);
      expect(await statusWith(path, 'Bearer open-sesam')).toBe(401);
      expect(await statusWith(path, 'open-sesame')).toBe(401);
      expect(await statusWith(path, 'Bearer open-sesame')).toBe(path === '/nowhere' ? 404 : 200);
    }
    const refused = await fetch(`${url}/v2`);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="facemark"');
    expect((await jsonOf(refused)).detail).toBe(
      'this service asks for a token; send it in the header Authorization: Bearer TOKEN.',
    );
  });
});

test('more than it takes in is answered 503 with Retry-After, the rest is answered', async () => {
  await withService({ maxQueue: 1, concurrency: 1 }, async ({ url }) => {
    const asked = Array.from({ length: 30 }, () =>
      fetch(`${url}/v1/predict`, { method: 'POST', body: photo(200, 200) }),
    );
    const responses = await Promise.all(asked);
    const statuses = new Set(responses.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([200, 503]);
    const refused = responses.find(({ status }) => status === 503) as Response;
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await jsonOf(refused)).code).toBe('overloaded');
    expect((await fetch(`${url}/v1/predict`, { method: 'POST', body: photo() })).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('facemark_http_requests_inside 0\n');
  });
});

test('what takes too long is answered 504', async () => {
  await withService({ timeoutMs: 1 }, async ({ url }) => {
    const body = Buffer.concat([Buffer.from('P5 4000 3000 255\n'), Buffer.alloc(12_000_000)]);
    const response = await fetch(`${url}/v1/predict`, { method: 'POST', body });
    expect([response.status, (await jsonOf(response)).code]).toEqual([504, 'timeout']);
  });
});

test('close() answers what has come in, on connections that are kept too', async () => {
  const other = await serve(folder, { ...QUICK, maxQueue: 100 });
  const body = photo(600, 600);
  let answered = 0;
  const asked = Array.from({ length: 20 }, () =>
    fetch(`${other.url}/v1/predict`, { method: 'POST', body }).then(({ status }) => {
      answered++;
      return status;
    }),
  );
  const inside = () => other.pool.status().waiting + other.pool.status().running;
  while (inside() + answered < asked.length) await new Promise((resolve) => setImmediate(resolve));
  await other.close();
  expect(await Promise.all(asked)).toEqual(asked.map(() => 200));
  expect(await messageFrom(() => fetch(other.url))).toBe('fetch failed');
});

test('the log has a line for each request, without its content, its query and its token', async () => {
  lines.length = 0;
  await post('/v1/predict?box=1,2,3,4', photo(), { 'content-type': 'image/jpeg', authorization: 'Bearer s3cret' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      ...{ level: 30, method: 'POST', route: '/v1/predict', status: 200, code: 'ok', bytes: photo().length },
      ...{ ms: expect.any(Number), reqId: expect.any(String), msg: 'answered' },
    }),
  ]);
  expect(lines.join()).not.toMatch(/s3cret|box|P5/);
});

test('the metrics count by route and code, and nothing that a client says becomes a label', async () => {
  for (let i = 0; i < 5; i++) await get(`/made-up-${i}`);
  const text = await (await get('/metrics')).text();
  expect(text).not.toContain('made-up');
  expect(text).toMatch(/facemark_http_requests_total\{route="none",status="404",code="not-found"\} [5-9]\n/);
  expect(text).toMatch(/facemark_http_request_duration_seconds_count\{route="\/v1\/predict"\} \d+\n/);
  for (const name of ['queue_length', 'workers_ready', 'resident_memory_bytes', 'workers_replaced'])
    expect(text).toMatch(new RegExp(`^facemark_${name} \\d+$`, 'm'));
  expect(text).toMatch(/^facemark_event_loop_delay_seconds\{quantile="0.99"\} [\d.e-]+$/m);
});

test.each([
  [{ port: 70_000 }, 'port is 70000; expected a whole number of at least 0 and of at most 65535.'],
  [{ token: 'two words' }, 'the token is empty or has spaces in it; expected one word.'],
  [{ host: '203.0.113.1' }, 'cannot listen on 203.0.113.1, port 0: it is no address of this machine (host, --host).'],
])('%j is refused', async (options, message) => {
  expect(await messageFrom(() => serve(folder, { ...QUICK, ...options }))).toBe(message);
});

test('a port that is taken is said in words', async () => {
  const port = Number(new URL(service.url).port);
  expect(await messageFrom(() => serve(folder, { ...QUICK, port }))).toBe(
    `cannot listen on 127.0.0.1, port ${port}: somebody listens there already; choose another port (port, --port), or 0 for any.`,
  );
});
