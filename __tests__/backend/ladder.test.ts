/** The rungs of tfjs-node, each staged as a package in an installation of its own and met by a process of its own. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installation, node, type Outcome } from '../child';

/** A package's files beside which facemark is installed. */
const fake = (index: string, version = '4.22.0') => ({
  'package.json': JSON.stringify({ name: '@tensorflow/tfjs-node', version, main: 'dist/index.js' }),
  'dist/index.js': `require('node:fs').appendFileSync(__dirname + '/loads', 'x');\n${index}`,
  'lib/napi-v8/tfjs_binding.node': 'not a library',
  // the union package that tfjs-node needs, with the tfjs-core of the folder above
  'node_modules/@tensorflow/tfjs/package.json': JSON.stringify({ version: '4.22.0', main: 'index.js' }),
  'node_modules/@tensorflow/tfjs/index.js': "module.exports = require('@tensorflow/tfjs-core');",
});
const throwing = (message: string) => fake(`throw new Error(${JSON.stringify(message)});`);
/** An engine of the cpu's kernels under the name of TensorFlow's, which asks `util` for what Node 23 removed. */
const WORKING = fake(`
  const util = require('util');
  const tf = require('@tensorflow/tfjs');
  const { MathBackendCPU } = require('@tensorflow/tfjs-backend-cpu');
  tf.copyRegisteredKernels('cpu', 'tensorflow');
  tf.registerBackend('tensorflow', () => {
    if (util.isNullOrUndefined(1) || !util.isNullOrUndefined(null) || !util.isArray([]) || !util.promisify) throw new Error('util');
    return Object.assign(new MathBackendCPU(), { firstUse: false, binding: { TF_Version: '9.9.9' } });
  }, 3);
  tf.setBackend('tensorflow');`);

const run = (script: string, cwd: string, env: Record<string, string> = {}) => node(['-e', script], { cwd, env });
const WHY = `require('facemark').useBackend().then(({ why }) => console.log(JSON.stringify(why)))`;
const json = ({ stdout, stderr, code }: Outcome) => {
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};
const loadsIn = (folder: string) => {
  const path = join(folder, 'node_modules/@tensorflow/tfjs-node/dist/loads');
  return existsSync(path) ? readFileSync(path, 'utf8').length : 0;
};
const { 'lib/napi-v8/tfjs_binding.node': _, ...withoutAddon } = fake('');
const nested = 'node_modules/@tensorflow/tfjs';

describe('below the top WASM computes, and one line says what happened and what to do', () => {
  test.each<[string, Record<string, string>, string | RegExp]>([
    ['absent', {}, 'wasm (no tensorflow: tfjs-node is not installed; `npx facemark native` installs it)'],
    [
      'present without its addon',
      withoutAddon,
      'wasm (no tensorflow: tfjs-node 4.22.0 has no native addon, which npm did not build or could not download; `npx facemark native` builds it)',
    ],
    [
      'with a tfjs-core of another version',
      {
        ...fake('', '4.20.0'),
        [`${nested}-core/package.json`]: JSON.stringify({ version: '4.20.0', main: 'dist/index.js' }),
        [`${nested}-core/dist/index.js`]: '',
      },
      'wasm (no tensorflow: tfjs-node 4.20.0 brings its own tfjs-core 4.20.0, facemark has 4.22.0: install tfjs-node 4.22.0)',
    ],
    [
      'with another copy of the same tfjs-core',
      {
        ...fake(''),
        [`${nested}-core/package.json`]: JSON.stringify({ version: '4.22.0', main: 'dist/index.js' }),
        [`${nested}-core/dist/index.js`]: '',
      },
      'wasm (no tensorflow: tfjs-node 4.22.0 has another copy of tfjs-core 4.22.0 than facemark: run npm dedupe)',
    ],
    [
      'with a damaged addon',
      fake("require('../lib/napi-v8/tfjs_binding.node');"),
      /^wasm \(no tensorflow: tfjs-node 4\.22\.0 does not load: its addon is damaged, or for another system or processor: `npx facemark native` builds it for this one \(.*\)\)$/,
    ],
    [
      'for another architecture',
      throwing('tfjs_binding.node: wrong ELF class: ELFCLASS32'),
      /its addon is damaged, or for another system or processor/,
    ],
    [
      'without its library',
      throwing('libtensorflow.so.2: cannot open shared object file: No such file or directory'),
      "wasm (no tensorflow: tfjs-node 4.22.0 does not load: TensorFlow's library is not where the addon looks for it: `npx facemark native` puts it there (libtensorflow.so.2: cannot open shared object file: No such file or directory))",
    ],
    [
      'on musl',
      throwing('Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by …)'),
      /does not load: it is built for glibc and this system has musl: use an image such as node:22-slim instead of Alpine \(/,
    ],
    [
      'on an old distribution',
      throwing("/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found"),
      /it needs a newer C or C\+\+ library than this system has: use a newer distribution/,
    ],
    [
      'with an engine that does not compute',
      {
        ...WORKING,
        'dist/index.js': `${WORKING['dist/index.js']}\nrequire('@tensorflow/tfjs').unregisterKernel('_FusedMatMul', 'tensorflow'); require('@tensorflow/tfjs').unregisterKernel('BatchMatMul', 'tensorflow');`,
      },
      /^wasm \(no tensorflow: tfjs-node 4\.22\.0 does not load: Kernel 'BatchMatMul' not registered for backend 'tensorflow'\)$/,
    ],
  ])('tfjs-node %s', async (_, files, line) => {
    const why = json(await run(WHY, installation(files)));
    if (typeof line === 'string') expect(why).toBe(line);
    else expect(why).toMatch(line);
  });

  test('and to ask for it is an error', async () => {
    const script = `require('facemark').useBackend('tensorflow').catch(({ code, message }) => console.log(JSON.stringify([code, message])))`;
    expect(json(await run(script, installation()))).toEqual([
      'backend',
      'the backend tensorflow (asked for) does not start: tfjs-node is not installed; `npx facemark native` installs it. Leave the choice to facemark, or ask for wasm or cpu.',
    ]);
  });
});

describe('a crash', () => {
  const today = new Date().toISOString().slice(0, 10);

  test('while it is tried is suffered by a child process, and remembered', async () => {
    const folder = installation(fake("process.kill(process.pid, 'SIGILL'); setInterval(() => 0, 1000);"));
    const line = `wasm (no tensorflow: tfjs-node 4.22.0 crashed when it was tried, ${today}: it ended the process with SIGILL (this processor has no AVX or the like, which it was built for); \`npx facemark doctor\` tries again)`;
    expect(json(await run(WHY, folder))).toBe(line);
    expect(json(await run(WHY, folder))).toBe(line);
    expect(loadsIn(folder)).toBe(1);
  });

  test('that ends the process with an exit code is one too', async () => {
    const folder = installation(fake("console.error('terminate called after throwing'); process.exit(134);"));
    expect(json(await run(WHY, folder))).toContain(
      'it ended the process with exit code 134: terminate called after throwing; `npx facemark doctor` tries again',
    );
  });

  test('of the process itself, where the child had none, is known to the next one', async () => {
    const index = `${WORKING['dist/index.js']}\nif (!String(process.argv[1]).includes('probe-child')) process.abort();`;
    const folder = installation({ ...WORKING, 'dist/index.js': index });
    expect((await run(WHY, folder)).code).not.toBe(0);
    expect(json(await run(WHY, folder))).toContain(
      `crashed when it was tried, ${today}: it ended the process that loaded it; `,
    );
  });

  test('is tried again by the doctor, who reports it and is well', async () => {
    const folder = installation(fake('process.abort();'));
    await run(WHY, folder);
    const { code, stdout } = await node([join(folder, 'node_modules/facemark/dist/cli/main.js'), 'doctor', '--json'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ works: true, taken: 'wasm', tfjsNode: { state: 'crashes', version: '4.22.0' } });
    expect(report.backends[0]).toEqual({
      name: 'tensorflow',
      works: false,
      whyNot: expect.stringContaining('it ended the process with SIGABRT'),
    });
    expect(loadsIn(folder)).toBe(2);
  });
});

describe('a working tfjs-node', () => {
  test('is taken, on every Node, with the functions of util that it needs, of which nobody else can tell', async () => {
    const folder = installation(WORKING);
    const script = `
      const util = require('node:util');
      const load = require('node:module')._load;
      const before = [Object.keys(util).join(), process.env.TF_CPP_MIN_LOG_LEVEL];
      const { useBackend, tf } = require('facemark');
      useBackend().then(({ name, why }) => console.log(JSON.stringify({ name, why, sum: tf.sum([1, 2]).dataSync()[0],
        same: [Object.keys(util).join(), process.env.TF_CPP_MIN_LOG_LEVEL].join() === before.join() && require('node:module')._load === load })));`;
    expect(json(await run(script, folder))).toEqual({ name: 'tensorflow', why: 'tensorflow', sum: 3, same: true });
    expect(json(await run(script, folder)).name).toBe('tensorflow');
    expect(loadsIn(folder)).toBe(3); // a child once, then each process
    expect(readdirSync(join(folder, 'node_modules/.cache/facemark'))).toHaveLength(1);
  });

  test('is tried anew by every process where nothing can be remembered', async () => {
    const folder = installation(WORKING);
    writeFileSync(join(folder, 'node_modules/.cache'), 'a file in the way');
    for (const loads of [2, 4]) {
      expect(json(await run(WHY, folder))).toBe('tensorflow');
      expect(loadsIn(folder)).toBe(loads);
    }
  });
});
