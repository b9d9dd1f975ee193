/** Small faces are answered in the process that listens, as a worker would answer them; everything else goes to the workers. */

import sharp from 'sharp';
import { useBackend } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import { buildConvNet } from '../../lib/model/build-conv-net';
import { saveBundle } from '../../lib/predict/bundle';
import { createPredictor } from '../../lib/predict/predictor';
import { prepare } from '../../lib/prepare/prepare';
import { inlineAnswers, longestWorth } from '../../lib/serve/inline';
import { readBundles } from '../../lib/serve/networks';
import { type Service, serve } from '../../lib/serve/serve';
import { emptyFolder } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';
import { jsonOf, photo, SIZE, tinyBundle } from './tiny-bundle';

const QUICK = { port: 0, backend: 'wasm', isolation: 'thread', workers: 1 } as const;
let folder: string;
let service: Service;

beforeAll(async () => {
  await useBackend('wasm');
  ({ folder } = await tinyBundle('net'));
  service = await serve(folder, { ...QUICK, maxMegapixels: 0.05 });
});
afterAll(() => service.close());

const ask = (body: Uint8Array, query = '', { url } = service) =>
  fetch(`${url}/v1/predict${query}`, { method: 'POST', body });

const ALONE = { model: 'net', box: undefined, isAlone: true };

/** How many it has answered inline. */
async function inlineOf({ url } = service): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^facemark_requests_inline_total (\d+)$/m.exec(text)?.[1]);
}

/** The same but for the last bits: with others a face may go through other kernels than alone. */
function expectClose(prediction: unknown, expected: unknown): void {
  const numbers: number[][] = [[], []];
  const [shape, expectedShape] = [prediction, expected].map((value, i) =>
    JSON.stringify(value, (_, part) => (typeof part === 'number' ? numbers[i]?.push(part) : part)),
  );
  expect(shape).toBe(expectedShape);
  for (const [j, value] of numbers[0]?.entries() ?? []) expect(value).toBeCloseTo(numbers[1]?.[j] as number, 4);
}

const raw = (width: number, height: number) =>
  sharp(photo(width, height).subarray(-width * height), { raw: { width, height, channels: 1 } });

test.each([
  ['PGM', async () => photo()],
  ['PNG', () => raw(20, 10).toColourspace('b-w').png().toBuffer()],
  ['JPEG', () => raw(20, 10).jpeg().toBuffer()],
])('a small %s is answered inline, to the points of a worker', async (_, make) => {
  const body = await make();
  const before = await inlineOf();
  for (const box of [undefined, { x: 1, y: -2.5, width: 10, height: 9 }]) {
    const answer = await jsonOf(await ask(body, box && '?box=1,-2.5,10,9'));
    expect(answer).toEqual({ model: 'net', ...(await service.pool.predictImage(body, { ...(box && { box }) })) });
  }
  expect(await inlineOf()).toBe(before + 2);
});

test('many at once have each its own answer, and leave no tensor behind', async () => {
  const before = tf.memory().numTensors;
  const bodies = Array.from({ length: 50 }, (_, seed) => photo(20, 10, seed));
  const answers = await Promise.all(bodies.map(async (body) => jsonOf(await ask(body))));
  const expected = await Promise.all(bodies.map((body) => service.pool.predictImage(body)));
  for (const [i, { model: _, ...prediction }] of answers.entries()) expectClose(prediction, expected[i]);
  expect(tf.memory().numTensors).toBe(before);
});

test('on one processor all of them are answered inline', async () => {
  const answers = await inlineAnswers(await readBundles({ net: folder }), {}, 1);
  const bodies = Array.from({ length: 50 }, (_, seed) => photo(20, 10, seed));
  const predictions = await Promise.all(bodies.map((body) => answers.predictImage(body, { ...ALONE, isAlone: false })));
  answers.dispose();
  const expected = await Promise.all(bodies.map((body) => service.pool.predictImage(body)));
  for (const [i, prediction] of predictions.entries()) expectClose(prediction, expected[i]);
  expect(answers.answered).toBe(bodies.length);
});

test.each<[string, () => Promise<Buffer>, number]>([
  ['one that sharp decodes', () => raw(20, 10).webp().toBuffer(), 200],
  ['one that is not so small', () => raw(130, 127).toColourspace('b-w').png().toBuffer(), 200],
  ['one that is cut off', async () => photo().subarray(0, -1), 422],
  ['a PNG that is cut off', async () => (await raw(20, 10).png().toBuffer()).subarray(0, -20), 422],
  ['what is no picture', async () => Buffer.from('hello'), 422],
])('%s goes to a worker', async (_, make, status) => {
  const before = await inlineOf();
  expect((await ask(await make())).status).toBe(status);
  expect(await inlineOf()).toBe(before);
});

test('a box beside the picture, and more pixels than are allowed, are refused as by a worker', async () => {
  const outside = await ask(photo(), '?box=99,0,1,1');
  expect([outside.status, (await jsonOf(outside)).detail]).toEqual([
    400,
    'the picture: the box (x 99, y 0, 1×1) lies outside of the picture, which is 20×10; expected one that covers some of it.',
  ]);
  const large = await ask(photo(300, 200));
  expect([large.status, (await jsonOf(large)).detail]).toEqual([
    413,
    'the picture has 300×200 pixels; expected at most 0.05 megapixels (limits.maxMegapixels, --max-megapixels).',
  ]);
});

/** Of another service: how many it has answered inline when it was asked once. */
async function inlineOfAnother(): Promise<number> {
  const other = await serve(folder, QUICK);
  try {
    expect((await ask(photo(), '', other)).status).toBe(200);
    return await inlineOf(other);
  } finally {
    await other.close();
  }
}

test('its networks are freed when the service is closed', async () => {
  const before = tf.memory().numTensors;
  expect(await inlineOfAnother()).toBe(1);
  expect(tf.memory().numTensors).toBe(before);
});

test('the networks of a service that cannot listen are freed', async () => {
  const before = tf.memory().numTensors;
  const port = Number(new URL(service.url).port);
  expect(await messageFrom(() => serve(folder, { ...QUICK, port }))).toMatch('somebody listens there already');
  expect(tf.memory().numTensors).toBe(before);
});

test('so are the convolutions that a network has of its own while it serves', async () => {
  const data = prepare(tinyFaces({ size: SIZE }));
  const model = buildConvNet({ width: SIZE, height: SIZE, outputs: data.outputs, channels: 4 });
  const convolutions = emptyFolder();
  await saveBundle(convolutions, createPredictor(model, data));
  const before = tf.memory().numTensors;
  const answers = await inlineAnswers(await readBundles({ net: convolutions }), {}, 1);
  expect(await answers.predictImage(photo(), ALONE)).toMatchObject({ width: 20, height: 10 });
  answers.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('a network that takes more than a millisecond is not kept', async () => {
  const before = tf.memory().numTensors;
  let ms = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => (ms += 9)); // for eight faces
  const answers = await inlineAnswers(await readBundles({ net: folder }), {}, 1);
  jest.restoreAllMocks();
  expect(answers.predictImage(photo(), ALONE)).toBeUndefined();
  expect(tf.memory().numTensors).toBe(before);
});

test('where another engine computes in the process, nothing is answered inline', async () => {
  await useBackend('cpu');
  expect(await inlineOfAnother()).toBe(0);
  const before = await inlineOf();
  expect((await ask(photo())).status).toBe(200); // of the first, which began with WebAssembly
  expect(await inlineOf()).toBe(before);
  await useBackend('wasm');
  expect((await ask(photo())).status).toBe(200);
  expect(await inlineOf()).toBe(before + 1);
});

// (0.365 − p·0.12) / (p − 1), by pencil
test.each([
  [1, 1],
  [2, 0.125],
  [3, 0.0025],
  [4, -0.0383],
])('on %i processors a prediction is worth it up to %f ms', (processors, ms) => {
  expect(longestWorth(processors)).toBeCloseTo(ms, 4);
});
