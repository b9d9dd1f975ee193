/** Every example runs, on a small file, and says what it promises. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel, createPredictor, prepare, saveBundle, useBackend } from '../../lib';
import { emptyFolder, node, ROOT } from '../child';
import { csvOf, tinyFaces } from '../tiny-faces';

const EXAMPLES = join(ROOT, 'examples');
const MAX_LINES = 60;
const cwd = emptyFolder();
const faces = join(cwd, 'faces.csv');
const tiny = tinyFaces({ count: 40 });
writeFileSync(faces, csvOf(tiny));

/** What each example is given, and what its output must show. */
const examples: Record<string, { args: string[]; shows: RegExp[] }> = {
  '01-first-net.mjs': {
    args: [faces],
    shows: [
      /the mean face +[\d.]+ px/,
      /as in the tutorial +[\d.]+ px/,
      /improved +[\d.]+ px +\d+ % better than the mean face/,
    ],
  },
  '02-change-and-compare.mjs': {
    args: [faces],
    shows: [
      /hidden 25, tanh, rate 0\.01 +[\d.]+ px, [\d.]+ s/,
      /hidden 100, relu, rate 0\.1 +[\d.]+ px/,
      /Chart: .*comparison\.png/,
    ],
  },
  '03-draw.mjs': {
    args: [faces, 'drawings'],
    shows: [/^drawings.samples\.png\ndrawings.curve\.png\ndrawings.predictions\.png\n$/],
  },
};

/** The service is started and asked below; the others run to their end. */
const SERVICE = '04-http-service.mjs';

const files = readdirSync(EXAMPLES).filter((name) => /^\d\d-.*\.mjs$/.test(name));

test('every example is tested', () => {
  expect(files).toEqual([...Object.keys(examples), SERVICE]);
});

test.each(files)('%s is short', (name) => {
  expect(readFileSync(join(EXAMPLES, name), 'utf8').split('\n').length).toBeLessThanOrEqual(MAX_LINES);
});

test.each(Object.keys(examples))('%s runs', async (name) => {
  const { args, shows } = examples[name] as (typeof examples)[string];
  const { code, stdout, stderr } = await node([join(EXAMPLES, name), ...args], {
    cwd,
    env: { FACEMARK_BACKEND: 'cpu' },
  });
  expect([stderr, code]).toEqual(['', 0]);
  for (const pattern of shows) expect(stdout).toMatch(pattern);
});

test('the HTTP service answers with named points, and refuses what is no face', async () => {
  await useBackend('cpu');
  const bundle = join(cwd, 'bundle');
  const data = prepare(tiny);
  const predictor = createPredictor(buildModel({ inputs: 64, hiddenUnits: 5 }), data);
  await saveBundle(bundle, predictor);
  const expected = await predictor.predict(tiny.pixels.subarray(0, 64));
  data.dispose();
  predictor.dispose();

  const env = { ...process.env, FACEMARK_BACKEND: 'cpu' };
  const service = spawn(process.execPath, [join(EXAMPLES, SERVICE), bundle, '0'], { env });
  try {
    const [line] = (await once(service.stdout, 'data')) as [Buffer];
    const url = `${/http:\S+/.exec(String(line))?.[0]}/landmarks`;
    const ask = async (method: string, body?: Uint8Array) => {
      const response = await fetch(url, { method, body: body as unknown as string, headers: { connection: 'close' } });
      return [response.status, await response.json()];
    };
    expect(await ask('POST', tiny.pixels.slice(0, 64))).toEqual([200, expected]);
    expect(await ask('POST', tiny.pixels.slice(0, 63))).toEqual([
      400,
      { error: 'the picture has 63 pixels; expected 64 (8×8), gray values from 0 to 255, row by row.' },
    ]);
    expect(await ask('POST', new Uint8Array(1000))).toEqual([413, { error: 'expected 64 bytes: 8×8 gray values' }]);
    expect(await ask('GET')).toEqual([404, { error: 'POST 64 gray bytes to /landmarks' }]);
    service.kill('SIGTERM');
    expect(await once(service, 'close')).toEqual([0, null]);
  } finally {
    service.kill('SIGKILL');
  }
});
