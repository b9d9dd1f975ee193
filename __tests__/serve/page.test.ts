/** The page as it is served; `.ci/page.mjs` uses it in Chromium. */

import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { useBackend } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import type { Manifest } from '../../lib/bundle/parts';
import { barePredictor } from '../../lib/predict/bare-predictor';
import { readImage } from '../../lib/predict/image/read-image';
import { type Service, serve } from '../../lib/serve/serve';
import { photo, tinyBundle } from './tiny-bundle';

const QUICK = { port: 0, backend: 'cpu', isolation: 'thread', workers: 1 } as const;

let folder: string;
let service: Service;
beforeAll(async () => {
  await useBackend('cpu');
  ({ folder } = await tinyBundle('net'));
  service = await serve(folder, QUICK);
});
afterAll(() => service.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers });

test('the page runs its own files only, talks to its own server only, and can be put into no other page', async () => {
  const response = await get('/');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(response.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  const html = await response.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/i);
});

test('every file that the page, its style and its scripts name is there, with its type and the same policy', async () => {
  const seen = new Map<string, string | null>();
  async function visit(path: string): Promise<void> {
    if (seen.has(path)) return;
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 200]);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    seen.set(path, response.headers.get('content-type'));
    for (const [, name] of (await response.text()).matchAll(
      /(?:\/page\/|from '\.\/|import '\.\/|')([\w-]+\.(?:js|css|svg))\b/g,
    ))
      await visit(`/page/${name}`);
  }
  await visit('/');
  expect(Object.fromEntries(seen)).toMatchObject({
    '/page/page.css': 'text/css; charset=utf-8',
    '/page/icon.svg': 'image/svg+xml',
    '/page/page.js': 'text/javascript; charset=utf-8',
    '/page/network-worker.js': 'text/javascript; charset=utf-8',
    '/page/luma.js': 'text/javascript; charset=utf-8',
    '/page/resize.js': 'text/javascript; charset=utf-8',
    '/page/tf-core.js': 'text/javascript; charset=utf-8',
  });
});

test('a browser that has a file is told so', async () => {
  const etag = (await get('/page/page.js')).headers.get('etag') as string;
  const again = await get('/page/page.js', { 'if-none-match': etag });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test.each([
  '/page/../package.json',
  '/page/..%2f..%2f..%2fpackage.json',
  '/page/%2e%2e/%2e%2e/package.json',
  '/page/..%5cserve.js',
  '/page/%00',
  '/page/constructor',
  '/page/',
  '/page/page.ts',
  '/v1/models/net/files/..%2ffacemark.json',
  '/v1/models/net/files/constructor',
  '/v1/models/constructor/files/model.json',
])('nothing is at %s', async (path) => {
  expect(await rawStatus(path)).toBe(404);
});

/** As it is written: fetch would take the dots out of a path. */
function rawStatus(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, agent: false }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

test('the files of a network are those of its bundle, but for how it was trained', async () => {
  const files = '/v1/models/net/files';
  const { record, sha256, ...expected } = JSON.parse(readFileSync(join(folder, 'facemark.json'), 'utf8'));
  expect([typeof record, typeof sha256]).toEqual(['object', 'string']);
  const manifest: Manifest = JSON.parse(await (await get(`${files}/facemark.json`)).text());
  expect(manifest).toEqual(expected);
  for (const { name } of [manifest.files.model, manifest.files.weights])
    expect(Buffer.from(await (await get(`${files}/${name}`)).arrayBuffer())).toEqual(readFileSync(join(folder, name)));
});

test('with them a TensorFlow.js finds the points that the service finds', async () => {
  const files = '/v1/models/net/files';
  const manifest: Manifest = JSON.parse(await (await get(`${files}/facemark.json`)).text());
  const model = JSON.parse(await (await get(`${files}/${manifest.files.model.name}`)).text()); // of this realm, as tfjs asks for
  const weights = await (await get(`${files}/${manifest.files.weights.name}`)).arrayBuffer();
  const box = { x: 2.5, y: -1, width: 14, height: 10 };
  const before = tf.memory().numTensors;
  const find = await barePredictor(tf, { manifest, model, weights });
  const held = tf.memory().numTensors;
  const points = await find(await readImage(photo()), box);
  expect(tf.memory().numTensors - held).toBe(0);
  expect(held - before).toBe(4); // two layers' weights and biases: the network stays
  const { faces } = await service.pool.predictImage(photo(), { box });
  expect(points).toEqual(faces[0]?.landmarks);
});

test('with a token the page is open, and what it asks for is not', async () => {
  const locked = await serve(folder, { ...QUICK, token: 'open-sesame' });
  try {
    const status = async (path: string, headers = {}) => (await fetch(locked.url + path, { headers })).status;
    expect([await status('/'), await status('/page/page.js'), await status('/page/none.js')]).toEqual([200, 200, 404]);
    const model = '/v1/models/net/files/model.json';
    expect([await status('/v1/models'), await status(model)]).toEqual([401, 401]);
    expect(await status(model, { authorization: 'Bearer open-sesame' })).toBe(200);
  } finally {
    await locked.close();
  }
});

test('without the page there is none, and no network to download', async () => {
  const bare = await serve(folder, { ...QUICK, page: false });
  try {
    const paths = ['/', '/page/page.js', '/v1/models/net/files/model.json', '/v1/models'];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(bare.url + path)).status));
    expect(statuses).toEqual([404, 404, 404, 200]);
  } finally {
    await bare.close();
  }
});
