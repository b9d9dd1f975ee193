import Ajv from 'ajv';
import { type Service, serve } from '../../lib/serve/serve';
import { photo, SIZE, tinyBundle } from './tiny-bundle';

type Content = Record<string, { schema: object }>;
type Operation = {
  operationId: string;
  security?: object[];
  requestBody?: { content: Content };
  responses: Record<string, { content: Content }>;
};
type Document = { openapi: string; info: object; paths: Record<string, Record<string, Operation>> };

let service: Service;
let document: Document;
beforeAll(async () => {
  const { folder } = await tinyBundle('net');
  service = await serve(folder, { port: 0, backend: 'cpu', isolation: 'thread', workers: 1 });
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document;
});
afterAll(() => service.close());

test('the OpenAPI document has every route, each with an identity of its own', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'facemark' } });
  const model = ['get /v2/models/{model}', 'get /v2/models/{model}/ready', 'post /v2/models/{model}/infer'];
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [`${method} ${path}`, operationId] as const),
  );
  expect(operations.map(([name]) => name).sort()).toEqual(
    [
      ...['post /v1/predict', 'get /v1/models', 'get /v1/models/{model}/files/{file}', 'get /metrics'],
      ...['get /v2', 'get /v2/health/live', 'get /v2/health/ready'],
      ...model,
      ...model.map((name) => name.replace('{model}', '{model}/versions/{version}')),
    ].sort(),
  );
  expect(new Set(operations.map(([, id]) => id)).size).toBe(operations.length);
});

test('it says that a token is asked for where one is, and that health is told without', async () => {
  const { folder } = await tinyBundle('net');
  const token = 'open-sesame';
  const asking = await serve(folder, { port: 0, backend: 'cpu', isolation: 'thread', workers: 1, token });
  try {
    const headers = { authorization: `Bearer ${token}` };
    const told = (await (await fetch(`${asking.url}/openapi.json`, { headers })).json()) as Document;
    const bearer = {
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    };
    expect(told).toMatchObject(bearer);
    expect(document).not.toHaveProperty('security');
    const open = Object.entries(told.paths).filter(([, methods]) => methods.get?.security?.length === 0);
    expect(open.map(([path]) => path)).toEqual(['/v2/health/live', '/v2/health/ready']);
  } finally {
    await asking.close();
  }
});

const data = Array.from({ length: SIZE * SIZE }, (_, i) => i);
const inference = JSON.stringify({
  ...{ id: 'a', inputs: [{ name: 'pixels', shape: [1, SIZE, SIZE], datatype: 'UINT8', data }] },
});
test.each<[string, string, number, RequestInit]>([
  [
    '/v1/predict',
    '/v1/predict',
    200,
    { method: 'POST', body: photo(), headers: { 'content-type': 'image/x-portable-graymap' } },
  ],
  [
    '/v1/predict',
    '/v1/predict',
    422,
    { method: 'POST', body: Buffer.from('no photo'), headers: { 'content-type': 'image/png' } },
  ],
  ['/v1/models', '/v1/models', 200, {}],
  ['/v2', '/v2', 200, {}],
  ['/v2/health/live', '/v2/health/live', 200, {}],
  ['/v2/health/ready', '/v2/health/ready', 200, {}],
  ['/v2/models/{model}', '/v2/models/net', 200, {}],
  ['/v2/models/{model}', '/v2/models/other', 404, {}],
  ['/v2/models/{model}/ready', '/v2/models/net/ready', 200, {}],
  ['/v2/models/{model}/infer', '/v2/models/net/infer', 200, { method: 'POST', body: inference }],
  ['/v2/models/{model}/infer', '/v2/models/net/infer', 400, { method: 'POST', body: Buffer.from('{}') }],
])('%s, asked as %s, answers %i as the document says', async (path, url, status, init) => {
  const response = await fetch(service.url + url, init);
  expect(response.status).toBe(status);
  const method = (init.method ?? 'GET').toLowerCase();
  const { responses } = (document.paths[path] as Record<string, Operation>)[method] as Operation;
  const type = (response.headers.get('content-type') as string).split(';')[0] as string;
  const schema = (responses[status] ?? responses.default)?.content[type]?.schema as object;
  const body = await response.json();
  const validate = new Ajv({ strict: false, allErrors: true }).compile(closed(schema));
  expect([validate(body), validate.errors]).toEqual([true, null]);
});

/** The schema with nothing allowed beyond what it names, so that an answer cannot say more than the document. */
function closed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_, value) =>
    value?.type === 'object' && value.properties && value.additionalProperties === undefined
      ? { ...value, additionalProperties: false }
      : value,
  );
}
