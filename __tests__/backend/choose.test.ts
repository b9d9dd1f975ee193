import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, node, type Outcome, ROOT, writeFiles } from '../child';

const run = (script: string, env: Record<string, string> = {}, cwd = ROOT) => node(['-e', script], { env, cwd });
/** What tfjs-core itself says when it meets another copy; not ours to silence. */
const SECOND_COPY = 'Platform node has already been set. Overwriting the platform with node.\n';
const json = ({ stdout, stderr, code }: Outcome) => {
  expect(stderr.replace(SECOND_COPY, '')).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

/** Data and a network of facemark's own, in a script. */
const NET = `
  const faces = { schema: facemark.schemaOf(['nose']), count: 6, width: 3, height: 3,
    pixels: Uint8Array.from({ length: 54 }, (_, i) => i * 4), points: Float32Array.from({ length: 12 }, (_, i) => i / 6),
    sourceRows: new Int32Array(6), ids: [], report: {} };
  const data = facemark.prepare(faces);
  const model = facemark.buildModel({ inputs: 9, outputs: 2, hiddenUnits: 3 });`;

test('importing facemark prints nothing, listens to nothing and starts no engine', async () => {
  const outcome = await run(`
    const before = process.eventNames().join();
    const { tf } = require('facemark');
    const { backendName, registryFactory } = tf.engine();
    console.log(JSON.stringify({ events: process.eventNames().join() === before, backendName, registered: Object.keys(registryFactory) }));`);
  expect(json(outcome)).toEqual({ events: true, registered: [] });
});

test('data and network are made synchronously after the import, and training moves them to the engine it starts', async () => {
  const outcome = await run(
    `const facemark = require('facemark');${NET}
    const sync = facemark.tf.getBackend();
    facemark.train(model, data, { iterations: 3 }).then((run) => console.log(JSON.stringify({
      sync, run: run.backend, exceptions: process.listenerCount('uncaughtException'), rejections: process.listenerCount('unhandledRejection') })));`,
    { FACEMARK_BACKEND: 'wasm' },
  );
  expect(json(outcome)).toEqual({ sync: 'cpu', run: 'wasm', exceptions: 0, rejections: 0 });
});

test("the host's own listeners survive the start of WASM, those that come meanwhile too", async () => {
  const outcome = await run(`
    const facemark = require('facemark');
    process.on('uncaughtException', function first() {});
    const started = facemark.useBackend('wasm');
    process.on('uncaughtException', function second() {});
    started.then(() => console.log(JSON.stringify(process.listeners('uncaughtException').map(({ name }) => name))));`);
  expect(json(outcome)).toEqual(['first', 'second']);
});

test('an engine that the host has started is kept', async () => {
  const outcome = await run(`
    const tf = require('@tensorflow/tfjs-core');
    require('@tensorflow/tfjs-backend-cpu');
    tf.env().set('PROD', true);
    tf.setBackend('cpu');
    tf.scalar(1);
    const facemark = require('facemark');${NET}
    facemark.train(model, data, { iterations: 3 }).then((run) => console.log(JSON.stringify([run.backend, run.backendWhy])));`);
  expect(json(outcome)).toEqual(['cpu', 'cpu: the host had started it']);
});

test('an engine that the host starts after facemark has made tensors is kept too', async () => {
  const outcome = await run(`
    const facemark = require('facemark');${NET}
    require('@tensorflow/tfjs-backend-wasm');
    facemark.tf.setBackend('wasm').then(() => facemark.train(model, data, { iterations: 3 })).then((run) => console.log(JSON.stringify(run.backendWhy)));`);
  expect(json(outcome)).toBe('wasm: the host had started it');
});

test('useBackend forces an engine, and the next call keeps it', async () => {
  const outcome = await run(`
    const { useBackend } = require('facemark');
    (async () => {
      const names = [await useBackend('cpu'), await useBackend(), await useBackend('wasm'), await useBackend()];
      console.log(JSON.stringify(names.map(({ name }) => name)));
    })();`);
  expect(json(outcome)).toEqual(['cpu', 'cpu', 'wasm', 'wasm']);
});

test('callers at the same time get one engine', async () => {
  const outcome = await run(
    `const { useBackend } = require('facemark');
    Promise.all([useBackend(), useBackend(), useBackend()]).then((all) => console.log(JSON.stringify(all.map(({ name }) => name))));`,
    { FACEMARK_BACKEND: 'wasm' },
  );
  expect(json(outcome)).toEqual(['wasm', 'wasm', 'wasm']);
});

test.each([
  [true, 'wasm', 'no engine has been started', ''],
  [true, 'wasm', 'cpu has stepped in for tensors', 'facemark.buildModel();'],
  [true, 'cpu', 'it computes already', "await facemark.useBackend('wasm');"],
  [false, 'cpu', 'another would be chosen', ''],
  [false, 'wasm', 'another computes', "await facemark.useBackend('cpu');"],
  [false, 'wasm', 'another is being chosen', "facemark.useBackend('cpu');"],
])('that WebAssembly suits a process is %s where FACEMARK_BACKEND is %s and %s', async (suits, name, _, before) => {
  const code = `
    const facemark = require('facemark');
    (async () => { ${before} console.log(await require('./dist/backend/choose').suits('wasm')); })();`;
  expect(json(await run(code, { FACEMARK_BACKEND: name }))).toBe(suits);
});

test('FACEMARK_BACKEND with a name that is none is refused', async () => {
  const outcome = await run(
    `require('facemark').useBackend().catch(({ message }) => console.log(JSON.stringify(message)))`,
    { FACEMARK_BACKEND: 'gpu' },
  );
  expect(json(outcome)).toBe('FACEMARK_BACKEND is "gpu"; expected one of tensorflow, wasm, cpu.');
});

describe('another copy of tfjs-core in the process is refused with both versions and the fix', () => {
  /** A host with a tfjs-core 4.20.0 of its own (the code of ours under another version). */
  function host(): string {
    const folder = emptyFolder();
    const core = join(folder, 'node_modules', '@tensorflow', 'tfjs-core');
    cpSync(
      join(ROOT, 'node_modules/@tensorflow/tfjs-core/dist/tf-core.node.js'),
      join(core, 'dist', 'tf-core.node.js'),
    );
    const manifest = JSON.stringify({ version: '4.20.0', main: 'dist/tf-core.node.js' });
    writeFiles(folder, {
      'node_modules/@tensorflow/tfjs-core/package.json': manifest,
      'node_modules/@tensorflow/tfjs/package.json': JSON.stringify({ version: '4.20.0', main: 'index.js' }),
      'node_modules/@tensorflow/tfjs/index.js': "module.exports = require('@tensorflow/tfjs-core');",
      'node_modules/@tensorflow/tfjs-node/package.json': JSON.stringify({ version: '4.20.0', main: 'dist/index.js' }),
      'node_modules/@tensorflow/tfjs-node/dist/index.js': "module.exports = require('@tensorflow/tfjs');",
    });
    return folder;
  }
  const env = { NODE_PATH: join(ROOT, 'node_modules') };
  const ours = join(ROOT, 'node_modules', '@tensorflow', 'tfjs-core');
  const fix =
    'Depend on @tensorflow/tfjs-core 4.22.0 exactly and run `npm dedupe`, or use the `tf` that facemark exports.';
  const facemark = JSON.stringify(ROOT);

  test.each([
    ['before facemark', `require('@tensorflow/tfjs-core'); const facemark = require(${facemark});`],
    ['after facemark', `const facemark = require(${facemark}); require('@tensorflow/tfjs-core');`],
  ])('when it was loaded %s', async (_, load) => {
    const folder = host();
    const outcome = await run(
      `${load} try { facemark.buildModel(); } catch ({ message }) { console.log(JSON.stringify(message)); }`,
      env,
      folder,
    );
    expect(json(outcome)).toBe(
      `this process has loaded tfjs-core 4.20.0 (${join(folder, 'node_modules/@tensorflow/tfjs-core')}) beside facemark's tfjs-core 4.22.0 (${ours}); expected one copy. ${fix}`,
    );
  });

  test('and no engine is started that nobody asked for', async () => {
    const choose = JSON.stringify(join(ROOT, 'dist', 'backend', 'choose'));
    const outcome = await run(
      `require(${facemark}); require('@tensorflow/tfjs-core'); require(${choose}).suits('wasm').then((suits) => console.log(suits));`,
      env,
      host(),
    );
    expect(json(outcome)).toBe(false);
  });

  test('when a tfjs-node of another version brought it', async () => {
    const folder = host();
    const outcome = await run(
      `require('@tensorflow/tfjs-node'); require(${facemark}).useBackend().catch(({ message }) => console.log(JSON.stringify(message)));`,
      env,
      folder,
    );
    expect(json(outcome)).toBe(
      `this process has loaded tfjs-node 4.20.0 with tfjs-core 4.20.0 (${join(folder, 'node_modules/@tensorflow/tfjs-core')}) beside facemark's tfjs-core 4.22.0 (${ours}); expected one copy. ${fix}`,
    );
  });

  test('when it is in a bundle, where its version cannot be read', async () => {
    const outcome = await run(`
      const source = require('node:fs').readFileSync(require.resolve('@tensorflow/tfjs-core'), 'utf8');
      new Function('require', 'module', 'exports', source)(require, { exports: {} }, {});
      const facemark = require('facemark');
      try { facemark.buildModel(); } catch ({ message }) { console.log(JSON.stringify(message)); }`);
    expect(json(outcome)).toBe(
      `this process has loaded tfjs-core a version that cannot be read (a bundle or another realm) beside facemark's tfjs-core 4.22.0 (${ours}); expected one copy. ${fix}`,
    );
  });
});
