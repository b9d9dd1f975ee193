/**
 * Where TensorFlow's libraries and C headers come from: a place that the user names, an installed Python package, or PyPI's wheel of
 * tensorflow-cpu. The stock libtensorflow 2.9.1 that tfjs-node downloads is twelve releases older, and its host answers 403 (tfjs #8742).
 */

import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FacemarkError } from '../errors';
import { answerOf, runProgram } from './programs';

export const WHEEL_VERSION = '2.21.0';
/** The wheel for any Python on this platform; only the C libraries in it are used. */
const WHEEL_TAGS = [
  '--python-version',
  '3.11',
  '--implementation',
  'cp',
  '--abi',
  'cp311',
  '--platform',
  'manylinux_2_27_x86_64',
];
export const WHEEL_MB = 275;

export type TensorFlowSource =
  /** A folder with include/ and libraries: they are linked, not copied. */
  | { readonly kind: 'folder'; readonly include: string; readonly libraries: string; readonly from: string }
  | { readonly kind: 'wheel'; readonly path: string; readonly python: string }
  | { readonly kind: 'download'; readonly python: string };

/**
 * Finds TensorFlow.
 *
 * @param asked a wheel, an unpacked libtensorflow, or Python's site-packages/tensorflow; without it what python3 has, else a download
 * @throws FacemarkError `native` when what was asked for is none of these, or a program is missing
 */
export async function findTensorFlow(asked: string | undefined): Promise<TensorFlowSource> {
  if (asked !== undefined) {
    const path = resolve(asked);
    if (!existsSync(path))
      throw new FacemarkError(
        'native',
        `there is no ${path}; expected a wheel of tensorflow-cpu, an unpacked libtensorflow, or the folder of an installed Python package tensorflow.`,
      );
    if (statSync(path).isDirectory()) {
      const found = inFolder(path) ?? inFolder(join(path, 'tensorflow'));
      if (found) return found;
      throw new FacemarkError(
        'native',
        `${path} has no TensorFlow: expected include/tensorflow/c/c_api.h and libtensorflow.so or libtensorflow_cc.so in it (or in lib/).`,
      );
    }
    if (!path.endsWith('.whl'))
      throw new FacemarkError(
        'native',
        `${path} is no wheel; expected a file such as tensorflow_cpu-${WHEEL_VERSION}-….whl, or a folder.`,
      );
    return { kind: 'wheel', path, python: await findPython() };
  }
  const installed = await installedInPython();
  return (installed ? inFolder(installed) : undefined) ?? { kind: 'download', python: await findPythonWithPip() };
}

/** Libraries and headers in a folder: Python's package has the libraries at the top, libtensorflow in lib/. */
function inFolder(folder: string): TensorFlowSource | undefined {
  const include = join(folder, 'include');
  const libraries = [folder, join(folder, 'lib')].find((place) => mainLibrary(place) !== undefined);
  if (!libraries || !existsSync(join(include, 'tensorflow', 'c', 'c_api.h'))) return undefined;
  return { kind: 'folder', include, libraries, from: folder };
}

function mainLibrary(folder: string): string | undefined {
  return ['libtensorflow_cc.so.2', 'libtensorflow.so.2', 'libtensorflow.so'].find((name) =>
    existsSync(join(folder, name)),
  );
}

async function installedInPython(): Promise<string | undefined> {
  const script =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')";
  return (await answerOf('python3', ['-c', script])) || undefined;
}

async function findPython(): Promise<string> {
  if ((await answerOf('python3', ['--version'])) !== undefined) return 'python3';
  throw new FacemarkError(
    'native',
    'there is no python3, which unpacks the wheel; install it (`apt install python3 python3-pip`), or bring an unpacked libtensorflow: --tensorflow <folder>.',
  );
}

async function findPythonWithPip(): Promise<string> {
  const python = await findPython();
  if ((await answerOf(python, ['-m', 'pip', '--version'])) !== undefined) return python;
  throw new FacemarkError(
    'native',
    'python3 has no pip, which downloads TensorFlow; install it (`apt install python3-pip`), or bring the wheel: --tensorflow <file>.',
  );
}

export interface TakeOptions {
  /** Becomes tfjs-node's deps/lib. */
  readonly into: string;
  /** A folder for the wheel and the headers. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads the wheel.
 *
 * @returns its path
 * @throws FacemarkError `native` with pip's words
 */
export async function downloadWheel(python: string, { scratch, signal }: Omit<TakeOptions, 'into'>): Promise<string> {
  const to = join(scratch, 'wheel');
  const temporary = join(scratch, 'pip'); // pip downloads into it before it moves the file
  await mkdir(temporary, { recursive: true });
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  await runProgram(
    "pip's download",
    python,
    [...args, ...WHEEL_TAGS, '--dest', to, `tensorflow-cpu==${WHEEL_VERSION}`],
    { env: { TMPDIR: temporary }, signal },
  );
  const [name] = await readdir(to);
  return join(to, name as string);
}

/**
 * Puts TensorFlow's libraries into deps/lib, under the names that the addon is linked with.
 *
 * @returns the folder of the headers
 */
export async function takeLibraries(
  source: Exclude<TensorFlowSource, { kind: 'download' }>,
  { into, scratch, signal }: TakeOptions,
): Promise<string> {
  await mkdir(into, { recursive: true });
  let include: string;
  if (source.kind === 'folder') {
    include = source.include;
    for (const name of await readdir(source.libraries))
      if (/^libtensorflow(_cc|_framework)?\.so/.test(name))
        await symlink(join(source.libraries, name), join(into, name));
  } else {
    await runProgram('unpacking the wheel', source.python, ['-c', UNPACK, source.path, into, scratch], { signal });
    include = join(scratch, 'tensorflow', 'include');
  }
  const main = mainLibrary(into);
  if (main === undefined)
    throw new FacemarkError(
      'native',
      `${source.kind === 'wheel' ? source.path : source.from} has no libtensorflow_cc.so.2; expected a wheel of TensorFlow for this platform.`,
    );
  for (const [name, target] of [
    ['libtensorflow.so', main],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ] as const)
    if (!existsSync(join(into, name))) await symlink(target, join(into, name));
  return include;
}

/** Libraries into argv[2], headers below argv[3]. */
const UNPACK = `
import os, re, shutil, sys, zipfile
wheel, libraries, scratch = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if re.fullmatch(r'tensorflow/libtensorflow(_cc|_framework)?\\.so[.\\d]*', name):
            with archive.open(name) as source, open(os.path.join(libraries, os.path.basename(name)), 'wb') as target:
                shutil.copyfileobj(source, target, 1 << 20)
        elif name.startswith('tensorflow/include/'):
            archive.extract(name, scratch)
`;
