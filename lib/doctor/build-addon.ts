/** tfjs-node's addon, compiled without node-gyp and without its download of headers: N-API's come from npm's node-api-headers. */

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CATCHER } from '../backend/quiet';
import { FacemarkError } from '../errors';
import { answerOf, runProgram } from './programs';
import { STDERR_ADDON_SOURCE } from './stderr-addon';

const NAPI = 8; // the version that tfjs-node 4.22.0 is written for; Node 12 and later have it

/**
 * The C++ compiler: `CXX`, or the first of the usual ones.
 *
 * @throws FacemarkError `native` when there is none
 */
export async function findCompiler(): Promise<string> {
  for (const name of [process.env.CXX, 'g++', 'clang++', 'c++'])
    if (name && (await answerOf(name, ['--version'])) !== undefined) return name;
  throw new FacemarkError(
    'native',
    'there is no C++ compiler (looked for CXX, g++, clang++, c++); install one: `apt install g++` on Debian and Ubuntu, `dnf install gcc-c++` on Fedora.',
  );
}

export interface BuildAddonOptions {
  readonly compiler: string;
  /** Folder of the package tfjs-node, with TensorFlow's libraries in deps/lib. */
  readonly tfjsNode: string;
  /** Folders with TensorFlow's and N-API's headers. */
  readonly include: readonly string[];
  /** A folder for what is written on the way. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles lib/napi-v8/tfjs_binding.node, and beside it the addon that keeps TensorFlow quiet.
 *
 * @throws FacemarkError `native` with the compiler's words
 */
export async function buildAddon({ compiler, tfjsNode, include, scratch, signal }: BuildAddonOptions): Promise<void> {
  const out = join(tfjsNode, 'lib', `napi-v${NAPI}`);
  await mkdir(out, { recursive: true });
  const headers = include.map((folder) => `-I${folder}`);
  const shared = ['-O2', '-shared', '-fPIC', `-DNAPI_VERSION=${NAPI}`];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjsNode, 'binding', name));
  const libraries = ['-L', join(tfjsNode, 'deps', 'lib'), '-ltensorflow', '-ltensorflow_framework'];
  const rpath = '-Wl,-rpath,$ORIGIN/../../deps/lib';
  const addon = join(scratch, 'tfjs_binding.node');
  const flags = [...shared, '-std=c++17', ...headers, '-I', join(tfjsNode, 'binding')];
  await runProgram('the compiler', compiler, [...flags, ...sources, ...libraries, rpath, '-o', addon], { signal });
  await copyFile(addon, join(out, 'tfjs_binding.node'));

  const source = join(scratch, 'facemark_stderr.c');
  await writeFile(source, STDERR_ADDON_SOURCE);
  const name = '-DNODE_GYP_MODULE_NAME=facemark_stderr';
  await runProgram(
    'the compiler',
    compiler,
    ['-x', 'c', ...shared, name, ...headers, source, '-o', join(out, CATCHER)],
    { signal },
  );
}
