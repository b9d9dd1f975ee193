/** What `facemark native` does without a network: what it refuses, and how it tidies up. Building is `.ci/native.sh`. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DoctorReport, doctorMarkdown } from '../../lib/doctor/doctor';
import { openStaging, tidyUp } from '../../lib/doctor/staging';
import { findTensorFlow } from '../../lib/doctor/tensorflow-source';
import { emptyFolder, installation, node, writeFiles } from '../child';
import { messageFrom } from '../tiny-faces';

const onLinux = process.platform === 'linux' && process.arch === 'x64' ? test : test.skip;

onLinux('without a compiler it says what to install, and changes nothing', async () => {
  const folder = installation();
  const main = join(folder, 'node_modules/facemark/dist/cli/main.js');
  const before = readdirSync(join(folder, 'node_modules/@tensorflow'));
  const { code, stderr } = await node([main, 'native'], { cwd: folder, env: { PATH: '/nowhere', CXX: '' } });
  expect([code, stderr]).toEqual([
    2,
    'facemark: there is no C++ compiler (looked for CXX, g++, clang++, c++); install one: `apt install g++` on Debian and Ubuntu, `dnf install gcc-c++` on Fedora.\n',
  ]);
  expect(readdirSync(join(folder, 'node_modules/@tensorflow'))).toEqual(before);
});

describe('a TensorFlow that is named', () => {
  const folder = emptyFolder();

  test('and is not there, or is something else', async () => {
    expect(await messageFrom(() => findTensorFlow(join(folder, 'no.whl')))).toBe(
      `there is no ${join(folder, 'no.whl')}; expected a wheel of tensorflow-cpu, an unpacked libtensorflow, or the folder of an installed Python package tensorflow.`,
    );
    expect(await messageFrom(() => findTensorFlow(folder))).toBe(
      `${folder} has no TensorFlow: expected include/tensorflow/c/c_api.h and libtensorflow.so or libtensorflow_cc.so in it (or in lib/).`,
    );
  });

  test.each([
    ['unpacked libtensorflow', 'lib/libtensorflow.so.2', 'include', 'lib'],
    ['package of Python', 'libtensorflow_cc.so.2', 'include', ''],
    ["folder of Python's packages", 'tensorflow/libtensorflow_cc.so.2', 'tensorflow/include', 'tensorflow'],
  ])('as an %s is found', async (_, library, include, libraries) => {
    const place = emptyFolder();
    writeFiles(place, { [library]: '', [`${include}/tensorflow/c/c_api.h`]: '' });
    expect(await findTensorFlow(place)).toMatchObject({
      kind: 'folder',
      include: join(place, include),
      libraries: join(place, libraries),
    });
  });
});

describe('a run that was killed', () => {
  const GONE = 2 ** 22 + 1; // no process has such a number

  test('in its last step has its package put back, and leaves nothing', async () => {
    const modules = emptyFolder();
    const target = join(modules, 'tfjs-node');
    writeFiles(join(modules, `.facemark-native-${GONE}`, 'old'), { 'package.json': 'the old one' });
    await tidyUp(modules, target);
    expect(readFileSync(join(target, 'package.json'), 'utf8')).toBe('the old one');
    expect(readdirSync(modules)).toEqual(['tfjs-node']);
  });

  test('earlier does not touch what is installed', async () => {
    const modules = emptyFolder();
    const target = join(modules, 'tfjs-node');
    writeFiles(target, { 'package.json': 'installed' });
    writeFiles(join(modules, `.facemark-native-${GONE}`), { 'node_modules/tfjs-node/package.json': 'half' });
    await tidyUp(modules, target);
    expect(readFileSync(join(target, 'package.json'), 'utf8')).toBe('installed');
    const staging = await openStaging(modules);
    const staged = join(staging.folder, 'new');
    mkdirSync(staged);
    writeFileSync(join(staged, 'package.json'), 'new');
    await staging.replace(staged, target);
    await staging.remove();
    expect(readFileSync(join(target, 'package.json'), 'utf8')).toBe('new');
    expect(existsSync(staging.folder)).toBe(false);
  });
});

test('a report reads as Markdown', () => {
  const report = {
    works: true,
    versions: { facemark: '0.1.0', tfjs: '4.22.0', node: '22.0.0', npm: undefined },
    machine: {
      ...{
        os: 'linux 6',
        arch: 'x64',
        libc: 'musl',
        cpu: 'CPU',
        cores: 1,
        vectors: ['avx'],
        memoryGB: 8,
        freeMemoryGB: 4,
      },
      wasm: { simd: true, relaxedSimd: false, threads: true },
    },
    backends: [
      { name: 'tensorflow', works: false, whyNot: 'a | b' },
      { name: 'wasm', works: true, gflops: 45.4, iterationMs: 5.25, kernels: { variant: 'simd' } },
      { name: 'cpu', works: true, gflops: 1.7, iterationMs: 110 },
    ],
    threads: { works: true, threads: 2, simd: 'relaxed-simd', iterationMs: 1.44 },
    taken: 'wasm',
    forced: 'tensorflow',
    tfjsNode: { state: 'absent', version: undefined },
    problems: [{ text: 'It is so.', issue: '#1' }],
  } as unknown as DoctorReport;
  expect(doctorMarkdown(report).split('\n')).toEqual([
    '## facemark doctor',
    '',
    '- **facemark** 0.1.0, tfjs 4.22.0',
    '- **Node** 22.0.0, npm not found',
    '- **system** linux 6, x64, musl',
    '- **processor** CPU, 1 core (avx)',
    '- **memory** 8.0 GB, 4.0 GB free',
    '- **WebAssembly** SIMD, threads',
    '- **FACEMARK_BACKEND** tensorflow',
    '',
    "| backend     | works                               | matrix product | tutorial's iteration |",
    '| ----------- | ----------------------------------- | -------------- | -------------------- |',
    '| tensorflow  | no: a \\| b                          |                |                      |',
    "| wasm        | yes, with facemark's kernels (simd) | 45 GFLOP/s     | 5.3 ms               |",
    '| cpu         | yes                                 | 1.7 GFLOP/s    | 110.0 ms             |',
    '| solver dual | yes, 2 threads (relaxed-simd)       |                | 1.4 ms               |',
    '',
    'FACEMARK_BACKEND says **tensorflow**, which does not work here: unset it, and facemark computes with **wasm**.',
    '',
    '### Known here',
    '',
    '- It is so. (tfjs #1)',
    '',
  ]);
});
