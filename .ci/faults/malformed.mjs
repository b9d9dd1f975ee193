/** Malformed requests, without end and the same for the same seed: what broken clients, and those who mean it badly, send. */

import { Random } from '../../dist/random.js';
import { everyKind, LIARS, mutated } from './pictures.mjs';
import { post, rawRequest } from './raw-connection.mjs';

const FORM = 'multipart/form-data; boundary=b';
const INFER = '/v2/models/net/infer';
const NUMBERS = [
  '1e999',
  '-1e999',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1.5',
  '99999999999999999999',
  '1e308',
  'null',
  '"1"',
  '{}',
  '[]',
];

/**
 * Yields requests: the bytes, what kind they are, and whether they are as long as they say.
 *
 * @param face 96·96 gray values
 */
export async function* malformed(seed, face) {
  const random = new Random(seed, 'malformed');
  const pick = (list) => list[random.below(list.length)];
  const images = await everyKind(face);
  const photo = () => mutated(pick(images), random);
  const inference = (values = {}) => inferenceJson(face, values);

  const kinds = {
    'mutated image': () => ({ bytes: post('/v1/predict', pick(TYPES), photo()) }),
    'lying image header': () => ({ bytes: post('/v1/predict', 'image/png', pick(LIARS)(random, face)) }),
    'broken JSON': () => ({ bytes: post(INFER, 'application/json', mutated(Buffer.from(inference()), random)) }),
    'odd values': () => ({
      bytes: post(
        INFER,
        'application/json',
        Buffer.from(inference({ [pick(['shape', 'data', 'value'])]: pick(NUMBERS) })),
      ),
    }),
    'deep JSON': () => {
      const depth = 10 ** (1 + random.below(5));
      const deep = pick(['[', '{"a":', '[[1],'])
        .repeat(depth)
        .concat(pick(['', ']'.repeat(depth)]));
      return { bytes: post(INFER, 'application/json', Buffer.from(pick([deep, inference({ data: deep })]))) };
    },
    'lying length of JSON': () => {
      const body = Buffer.concat([Buffer.from(inference({ binary: pick(NUMBERS) })), face]);
      const says = pick([...NUMBERS, body.length, body.length + 1, random.below(body.length), '1, 2', '']);
      return { bytes: post(INFER, 'application/octet-stream', body, [`Inference-Header-Content-Length: ${says}`]) };
    },
    'broken form': () => ({ bytes: post('/v1/predict', pick(FORMS), mutated(form(random, pick, photo), random)) }),
    'nested form': () => {
      let body = photo();
      for (let depth = 1 + random.below(4); depth > 0; depth--) body = part('image', body, pick(FORMS));
      return { bytes: post('/v1/predict', FORM, body) };
    },
    'odd type': () => ({
      bytes: post(
        pick(['/v1/predict', INFER]),
        pick(ODD_TYPES)(random),
        pick([photo(), Buffer.alloc(0), Buffer.from(inference())]),
      ),
    }),
    'odd path': () => ({ bytes: post(pick(ODD_PATHS)(random, pick), 'image/png', pick([photo(), images[0]])) }),
    'odd request': () => ({ bytes: rawRequest(...pick(ODD_REQUESTS)(random)), isWhole: false }),
    'wrong length': () => {
      const body = photo();
      const says = pick([
        '-1',
        '1e3',
        'abc',
        '5, 6',
        '',
        '99999999999',
        '99999999999999999999',
        body.length - 1 - random.below(50),
      ]);
      const also = random.chance(0.3)
        ? [pick(['Transfer-Encoding: chunked', 'Content-Length: 7', 'Transfer-Encoding: odd'])]
        : [];
      const headers = ['Content-Type: image/png', `Content-Length: ${says}`, ...also];
      return { bytes: rawRequest('POST', '/v1/predict', headers, body), isWhole: false };
    },
  };
  const names = Object.keys(kinds);
  for (let i = 0; ; i++) {
    const kind = names[i % names.length];
    yield { kind, isWhole: true, ...kinds[kind]() };
  }
}

/** A request that promises more than it sends, and waits. */
export function unfinished() {
  return rawRequest('POST', '/v1/predict', ['Content-Type: image/png', 'Content-Length: 5000'], Buffer.alloc(100));
}

const TYPES = [
  'image/png',
  'image/jpeg',
  'image/tiff',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
];
const FORMS = [
  FORM,
  FORM,
  FORM,
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/mixed; boundary=b',
  `${FORM}${'b'.repeat(300)}`,
];
const ODD_TYPES = [
  () => '',
  () => 'text/plain',
  () => 'image/',
  () => '/',
  () => 'image/png, image/png',
  () => ';;;=',
  () => 'application/json; charset=utf-99',
  () => 'a/'.repeat(1000),
  (random) => String.fromCharCode(128 + random.below(100)).repeat(5),
];
const ODD_PATHS = [
  (_, pick) => `/v1/predict?box=${pick(NUMBERS)},${pick(NUMBERS)},${pick(NUMBERS)},${pick(NUMBERS)}`,
  (_, pick) =>
    `/v1/predict?box=${pick(['1,2,3', ',,,', '%00', '%E0%A4%A', '1,2,3,4&box=1,2,3,4', '0x10,1,1,1', '%F0%9F%98%80'])}`,
  (_, pick) =>
    `/v1/predict?model=${pick(['__proto__', 'constructor', 'toString', '..', '%2e%2e%2f', 'net&model=net'])}`,
  (_, pick) =>
    `/v2/models/${pick(['__proto__', 'constructor', '%00', '%', '%E0%A4%A', '..%2f..', '', 'n'.repeat(300)])}/infer`,
  (_, pick) => `/v2/models/net/versions/${pick(['0', '__proto__', '1e999', '-1', '%00'])}/infer`,
  (random) => `/${'a/'.repeat(random.below(4000))}`,
  (_, pick) =>
    pick([
      '/',
      '//',
      '/../../etc/passwd',
      '/v1/predict/',
      '/V1/PREDICT',
      '*',
      'http://127.0.0.1/',
      '/v1/models',
      '/metrics',
      '/page/..%2fpackage.json',
    ]),
];
const ODD_REQUESTS = [
  (random) => ['POST', '/v1/predict', [`X: ${'x'.repeat(17_000 + random.below(1000))}`]],
  () => ['POST', '/v1/predict', ['no header at all']],
  () => [
    'POST',
    '/v1/predict',
    ['Content-Type: image/png', 'Transfer-Encoding: chunked'],
    Buffer.from('zz\r\nabc\r\n'),
  ],
  () => ['FETCH', '/v1/predict', []],
  () => ['PUT', '/v1/predict', ['Content-Length: 0']],
  () => ['TRACE', '/', []],
  () => ['POST', '/v1/pre dict', ['Content-Length: 0']],
  () => ['POST', '/v1/predict', ['Expect: 200-never', 'Content-Length: 0']],
];
/** An inference request in which one thing is given as text. */
function inferenceJson(face, { shape = '96', data, value = '0', binary }) {
  const values = data ?? `[${[value, ...face.subarray(1)].join(',')}]`;
  const tensor = binary ? `"parameters":{"binary_data_size":${binary}}` : `"data":${values}`;
  return `{"id":"1","inputs":[{"name":"pixels","datatype":"UINT8","shape":[1,${shape},96],${tensor}}]}`;
}

function form(random, pick, photo) {
  const fields = ['box', 'model', '__proto__', 'n'.repeat(200), ''];
  const parts = Array.from({ length: random.below(8) }, () =>
    part(pick(fields), Buffer.from(pick(NUMBERS).repeat(1 + random.below(3000)))),
  );
  return Buffer.concat([
    ...parts,
    part('image', photo(), 'image/png'),
    Buffer.from(pick(['--b--\r\n', '--b--', '--b', ''])),
  ]);
}

function part(name, body, type) {
  const file = type ? `; filename="a"\r\nContent-Type: ${type}` : '';
  return Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
}
