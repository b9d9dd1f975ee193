import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { useBackend } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import { loadPredictor } from '../../lib/predict/bundle';
import type { Predictor } from '../../lib/predict/predictor';
import { answererOf } from '../../lib/serve/answers';
import { ISOLATIONS } from '../../lib/serve/link';
import { bundleName, namedBundles } from '../../lib/serve/networks';
import { createPool, type Pool, type PoolOptions } from '../../lib/serve/pool';
import { emptyFolder } from '../child';
import { messageFrom } from '../tiny-faces';
import { WORKING_BACKENDS } from '../working-backends';
import { photo, SIZE, tinyBundle } from './tiny-bundle';

let folder: string;
let predictor: Predictor;
beforeAll(async () => {
  await useBackend('cpu');
  ({ folder, predictor } = await tinyBundle('net'));
});

const pools: Pool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});
async function poolOf(options: PoolOptions = {}): Promise<Pool> {
  const pool = await createPool(folder, { backend: 'cpu', workers: 1, ...options });
  pools.push(pool);
  return pool;
}

/** Rounded, so that engines may differ in the last digits. */
const rounded = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (_, v) => (typeof v === 'number' ? +v.toFixed(3) : v));

const CASES = WORKING_BACKENDS.flatMap((backend) =>
  (backend === 'tensorflow' ? (['process'] as const) : ISOLATIONS).map((isolation) => [backend, isolation] as const),
);

test.each(CASES)('a pool on %s in a %s predicts what the predictor does', async (backend, isolation) => {
  const pool = await poolOf({ backend, isolation, workers: 2 });
  expect(pool.status()).toMatchObject({ backend: { name: backend }, isolation, workers: { wanted: 2, ready: 2 } });
  const box = { x: 2.5, y: -1, width: 10, height: 9 };
  const bytes = photo();
  expect(rounded(await pool.predictImage(bytes))).toEqual(rounded(await predictor.predictImage(bytes)));
  expect(rounded(await pool.predictImage(bytes, { box }))).toEqual(
    rounded(await predictor.predictImage(bytes, { box })),
  );
  const faces = Uint8Array.from({ length: 3 * SIZE * SIZE }, (_, i) => i);
  expect(rounded([...(await pool.predictPoints(faces))])).toEqual(rounded([...(await predictor.predictPoints(faces))]));
});

test('without being told, threads are taken for the engines of JavaScript and WebAssembly', async () => {
  expect((await poolOf()).status().isolation).toBe('thread');
});

test('paths, file addresses, bytes inside of a larger memory and raw pixels are sent as they are meant', async () => {
  const pool = await poolOf();
  const path = join(emptyFolder(), 'photo.pgm');
  writeFileSync(path, photo());
  const expected = await pool.predictImage(photo());
  const larger = Buffer.concat([Buffer.alloc(100), photo()]);
  const raw = { data: photo().subarray(-200), width: 20, height: 10, channels: 1 as const };
  for (const image of [path, pathToFileURL(path), larger.subarray(100), raw])
    expect(await pool.predictImage(image)).toEqual(expected);
  expect(await messageFrom(() => pool.predictImage(new URL('https://example.org/a.jpg')))).toBe(
    'https://example.org/a.jpg is no file address; expected file:///…, or the bytes: fetch them first.',
  );
});

test.each([
  ['bad-image', (pool: Pool) => pool.predictImage(Buffer.from('no photo')), /^the picture is text; expected a picture/],
  ['bad-image', (pool: Pool) => pool.predictImage(photo().subarray(0, 100)), /^the picture .* whole PGM/],
  [
    'too-large',
    (pool: Pool) => pool.predictImage(photo(1001, 1000)),
    /^the picture has 1001×1000 pixels; expected at most 1 /,
  ],
  [
    'bad-option',
    (pool: Pool) => pool.predictImage(photo(), { box: { x: 50, y: 0, width: 1, height: 1 } }),
    /lies outside/,
  ],
  [
    'bad-option',
    (pool: Pool) => pool.predictImage(photo(), { detector: () => [] } as object),
    /^a pool takes no detector/,
  ],
  [
    'bad-option',
    (pool: Pool) => pool.predictImage(photo(), { timeoutMs: 0 }),
    /^timeoutMs is 0; expected a number above 0/,
  ],
  ['mismatch', (pool: Pool) => pool.predictPoints(new Uint8Array(65)), /^predictPoints was given 65 values/],
  [
    'no-model',
    (pool: Pool) => pool.predictImage(photo(), { model: 'other' }),
    /^there is no network "other"; expected one of net\.$/,
  ],
])('%s is told in the words of the predictor, and the pool goes on', async (code, ask, message) => {
  const pool = await poolOf({ limits: { maxMegapixels: 1 } });
  await expect(ask(pool)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect((await pool.predictImage(photo())).faces).toHaveLength(1);
});

test('several networks are asked by name, and keep their weights when the folders are gone', async () => {
  const other = await tinyBundle('other', 2);
  const pool = await createPool({ net: folder, other: other.folder }, { backend: 'cpu', workers: 1 });
  pools.push(pool);
  expect(rounded(await pool.predictImage(photo(), { model: 'other' }))).toEqual(
    rounded(await other.predictor.predictImage(photo())),
  );
  const { weightsSha256 } = await loadPredictor(other.folder);
  expect(pool.models.other).toMatchObject({ weightsSha256, width: SIZE, height: SIZE });
  expect(await messageFrom(() => pool.predictImage(photo()))).toBe(
    'the request names no network; expected one of net, other.',
  );
});

test('a network is called like its folder, like the run that its bundle is in, or as it is told', () => {
  expect([bundleName('/a/net/'), bundleName('/a/run/bundle')]).toEqual(['net', 'run']);
  expect(namedBundles(['/a/net', 'best=/b/net'])).toEqual({ net: '/a/net', best: '/b/net' });
  expect(() => namedBundles(['/a/net', '/b/net'])).toThrow(
    'two bundles are called net: /a/net and /b/net; give one of them another name: NAME=/b/net.',
  );
});

test.each([
  [{ workers: 0 }, 'workers is 0; expected a whole number of at least 1.'],
  [{ maxQueue: -1 }, 'maxQueue is -1; expected a whole number of at least 0.'],
  [{ isolation: 'fiber' as 'thread' }, 'isolation is "fiber"; expected one of thread, process.'],
  [{ limits: { maxMegapixels: 0 } }, 'maxMegapixels is 0; expected a number above 0 and of at most 1000.'],
])('%j is refused', async (options, message) => {
  expect(await messageFrom(() => createPool(folder, options))).toBe(message);
});

test('a broken bundle is refused before a worker starts', async () => {
  expect(await messageFrom(() => createPool('/nowhere/net'))).toMatch(/^there is no folder \/nowhere\/net/);
  expect(await messageFrom(() => createPool({}))).toBe('there is no bundle; expected at least one.');
});

test('thousands of predictions, failed ones among them, leave no tensor and no listener behind', async () => {
  const answer = answererOf('net', predictor, { maxMegapixels: 1 });
  const { signal } = new AbortController();
  const works = [
    { kind: 'image', image: photo(), box: undefined },
    { kind: 'image', image: photo().subarray(0, 50), box: undefined },
    { kind: 'image', image: photo(), box: { x: 99, y: 0, width: 1, height: 1 } },
    { kind: 'faces', pixels: new Uint8Array(SIZE * SIZE) },
    { kind: 'faces', pixels: new Uint8Array(1) },
    { kind: 'inference', body: Buffer.from('{}'), headerBytes: undefined },
  ] as const;
  const before = tf.memory().numTensors;
  let failed = 0;
  for (let round = 0; round < 500; round++)
    await Promise.all(works.map((work) => answer({ model: 'net', ...work }, signal).catch(() => failed++)));
  expect(failed).toBe(500 * 4);
  expect(tf.memory().numTensors).toBe(before);
});

test('a pool holds no timer and no listener of requests that are over', async () => {
  const pool = await poolOf();
  const controller = new AbortController();
  const listeners: unknown[] = [];
  const { signal } = controller;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (type: string, listener: never, options?: never) => {
    listeners.push(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: never) => {
    listeners.splice(listeners.indexOf(listener), 1);
    remove(type, listener);
  };
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  for (let i = 0; i < 100; i++)
    await Promise.all([
      pool.predictImage(photo(), { signal }),
      pool.predictImage(Buffer.from('none'), { signal }).catch(() => undefined),
    ]);
  expect(listeners).toEqual([]);
  expect(timers()).toBeLessThanOrEqual(before);
  expect(pool.status()).toMatchObject({ waiting: 0, running: 0 });
});
