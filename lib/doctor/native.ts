/**
 * `facemark native`: makes @tensorflow/tfjs-node work in this project. Everything is put together in a folder beside the installed
 * packages and proved there in a child process; only then it takes its place, by a rename. Killed at any point, the project is as before.
 *
 *     package without its install script (npm) → TensorFlow's libraries and headers (PyPI's wheel) → addon (C++) → proof → in place
 */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { versionAbove } from '../backend/copies';
import { type TfjsNodeState, tfjsNodeState } from '../backend/tfjs-node';
import { FacemarkError, messageOf } from '../errors';
import { version } from '../version';
import { buildAddon, findCompiler } from './build-addon';
import { folderBytes } from './folder-bytes';
import { libcOf } from './machine';
import { difference, type Measured, measureBackend } from './measure';
import { answerOf, runProgram } from './programs';
import { openStaging, tidyUp } from './staging';
import {
  downloadWheel,
  findTensorFlow,
  type TensorFlowSource,
  takeLibraries,
  WHEEL_MB,
  WHEEL_VERSION,
} from './tensorflow-source';

const TFJS_NODE = '@tensorflow/tfjs-node';
const TFJS_NODE_VERSION = '4.22.0'; // for the tfjs that facemark has
const HEADERS = 'node-api-headers@1.9.0';
const GIGABYTES = { folder: 0.5, wheel: 1.6, download: 1.9 }; // needed on the way; 0.9 stay, next to nothing with a folder
const TOLERANCE = 1e-4; // relative, between TensorFlow's numbers and WebAssembly's
const PROGRESS_MS = 500;

export interface NativeOptions {
  /** A wheel of tensorflow-cpu, an unpacked libtensorflow, or the folder of Python's package tensorflow; found or downloaded otherwise. */
  readonly tensorflow?: string;
  /** Whether only the plan is made. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: NativeEvent) => void;
}

export type NativeEvent =
  | { readonly kind: 'plan'; readonly steps: readonly string[] }
  | { readonly kind: 'step'; readonly number: number; readonly of: number; readonly text: string }
  /** While something is downloaded: bytes so far. */
  | { readonly kind: 'bytes'; readonly bytes: number };

export interface NativeReport {
  readonly outcome: 'worked-already' | 'planned' | 'built';
  readonly steps: readonly string[];
  /** Where tfjs-node is, or will be. */
  readonly folder: string;
  /** What WebAssembly and TensorFlow do here; undefined for a plan. */
  readonly wasm: Measured | undefined;
  readonly tensorflow: Measured | undefined;
  /** Largest relative difference between the two engines' numbers. */
  readonly difference: number | undefined;
  /** Bytes that it takes on the disk. */
  readonly bytes: number | undefined;
}

/**
 * Installs tfjs-node without its script if it is absent, gives it a TensorFlow, builds its addon and proves it.
 *
 * @throws FacemarkError `native`: a platform that it cannot do, a program or disk space that is missing, a step that failed; `aborted`
 *   when the signal came. The project is as before then.
 */
export async function makeNative(options: NativeOptions = {}): Promise<NativeReport> {
  const { dryRun = false, onEvent } = options;
  const place = findPlace();
  await tidyUp(place.nodeModules, place.target);
  const state = await tfjsNodeState({ afresh: true });
  if (state.state === 'works')
    return { outcome: 'worked-already', steps: [], folder: state.found.folder, ...(await compare()) };
  refuseElsewhere();
  if (state.state === 'other-tfjs') throw new FacemarkError('native', `${state.whyNot}; do that first.`);
  const compiler = await findCompiler();
  const source = await findTensorFlow(options.tensorflow);
  await requireNpm();
  await requireSpace(place.nodeModules, GIGABYTES[source.kind]);
  const steps = planOf(state, source, compiler, place.target);
  onEvent?.({ kind: 'plan', steps });
  const planned = { steps, folder: place.target };
  if (dryRun)
    return {
      outcome: 'planned',
      ...planned,
      wasm: undefined,
      tensorflow: undefined,
      difference: undefined,
      bytes: undefined,
    };
  const measured = await build(place, { state, source, compiler, steps }, options);
  await tfjsNodeState({ afresh: true }); // and remembered, so that the next process need not try
  return { outcome: 'built', ...planned, ...measured };
}

interface Place {
  /** The node_modules that facemark's own tfjs-core is found in. */
  readonly nodeModules: string;
  readonly target: string;
}

interface Plan {
  readonly state: TfjsNodeState;
  readonly source: TensorFlowSource;
  readonly compiler: string;
  readonly steps: readonly string[];
}

async function build(
  { nodeModules, target }: Place,
  { state, source, compiler, steps }: Plan,
  { signal, onEvent }: NativeOptions,
): Promise<Pick<NativeReport, 'wasm' | 'tensorflow' | 'difference' | 'bytes'>> {
  let done = 0;
  const next = (): void =>
    onEvent?.({ kind: 'step', number: ++done, of: steps.length, text: steps[done - 1] as string });
  const staging = await openStaging(nodeModules).catch((cause) => {
    throw new FacemarkError(
      'native',
      `${nodeModules} cannot be written: ${messageOf(cause)}; run it as the user who owns the project.`,
      { cause },
    );
  });
  const scratch = join(staging.folder, 'scratch');
  const staged = join(staging.folder, 'node_modules', TFJS_NODE);
  try {
    next();
    await mkdir(scratch);
    await stagePackage(staging.folder, state.state === 'absent' ? undefined : target, signal);
    if (state.state === 'absent') await nestDependencies(staging.folder, staged, nodeModules);
    if (source.kind === 'download') next();
    const taken =
      source.kind === 'download'
        ? {
            kind: 'wheel' as const,
            python: source.python,
            path: await watched(scratch, onEvent, downloadWheel(source.python, { into: '', scratch, signal })),
          }
        : source;
    next();
    const include = await takeLibraries(taken, { into: join(staged, 'deps', 'lib'), scratch, signal });
    next();
    const napi = join(staging.folder, 'node_modules', 'node-api-headers', 'include');
    await buildAddon({ compiler, tfjsNode: staged, include: [include, napi], scratch, signal });
    next();
    const measured = await compare(staged, signal);
    next();
    await staging.replace(staged, target);
    return { ...measured, bytes: await folderBytes(target) };
  } finally {
    await staging.remove();
  }
}

/** Measures both engines and holds their numbers against each other. */
async function compare(
  tfjsNode?: string,
  signal?: AbortSignal,
): Promise<Pick<NativeReport, 'wasm' | 'tensorflow' | 'difference' | 'bytes'>> {
  const wasm = await measureBackend('wasm', { signal });
  const tensorflow = await measureBackend('tensorflow', { ...(tfjsNode && { tfjsNode }), signal });
  if (signal?.aborted) throw new FacemarkError('aborted', 'stopped; nothing was changed.');
  if (!tensorflow.works)
    throw new FacemarkError(
      'native',
      `the addon was built, and does not work: ${tensorflow.whyNot}. The project is as before.`,
    );
  const apart = wasm.works ? difference(wasm.numbers, tensorflow.numbers) : 0;
  if (!(apart < TOLERANCE))
    throw new FacemarkError(
      'native',
      `TensorFlow computes other numbers than WebAssembly (relative difference ${apart.toExponential(1)}; expected below ${TOLERANCE}). The project is as before.`,
    );
  return { wasm, tensorflow, difference: apart, bytes: undefined };
}

/** The package in the staging folder, and N-API's headers: by npm without scripts, or a copy of the installed one without its addon. */
async function stagePackage(
  folder: string,
  installed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'facemark-native', private: true }));
  const packages = installed ? [HEADERS] : [`${TFJS_NODE}@${TFJS_NODE_VERSION}`, HEADERS];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  await runProgram("npm's installation", 'npm', ['install', ...quiet, ...packages], {
    cwd: folder,
    env: {
      npm_config_global: 'false',
      npm_config_workspaces: 'false',
      npm_config_prefix: undefined,
      npm_config_omit: '',
    },
    signal,
  });
  if (!installed) return;
  const to = join(folder, 'node_modules', TFJS_NODE);
  const [addon, libraries] = [join(installed, 'lib'), join(installed, 'deps')];
  await cp(installed, to, { recursive: true, filter: (path) => path !== addon && path !== libraries });
}

/**
 * Moves what npm has installed beside tfjs-node into its own node_modules, so that one rename brings all of it; what the project has in
 * the same version, tfjs-core above all, is left to the project.
 */
async function nestDependencies(folder: string, staged: string, nodeModules: string): Promise<void> {
  const from = join(folder, 'node_modules');
  const names = (await readdir(from)).filter((name) => !name.startsWith('.') && name !== 'node-api-headers');
  for (const name of names) {
    const parts = name.startsWith('@') ? (await readdir(join(from, name))).map((part) => `${name}/${part}`) : [name];
    for (const part of parts) {
      if (part === TFJS_NODE) continue;
      const [manifest, theirs] = [join(from, part, 'package.json'), join(nodeModules, part, 'package.json')];
      if (part.startsWith('@tensorflow/') && existsSync(theirs) && versionAbove(theirs) === versionAbove(manifest)) {
        await rm(join(from, part), { recursive: true }); // the project's is found from here, and there must be one
        continue;
      }
      const to = join(staged, 'node_modules', part);
      await mkdir(dirname(to), { recursive: true });
      if (!existsSync(to)) await rename(join(from, part), to);
    }
  }
}

/** Tells the bytes that have come, while something is downloaded. */
async function watched<T>(folder: string, onEvent: NativeOptions['onEvent'], download: Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    void folderBytes(folder).then(
      (bytes) => onEvent?.({ kind: 'bytes', bytes }),
      () => undefined,
    );
  }, PROGRESS_MS);
  try {
    return await download;
  } finally {
    clearInterval(timer);
  }
}

function planOf({ state }: TfjsNodeState, source: TensorFlowSource, compiler: string, target: string): string[] {
  const from = {
    download: `take the libraries and headers out of it`,
    wheel: `take TensorFlow's libraries and headers out of ${source.kind === 'wheel' ? basename(source.path) : ''}`,
    folder: `link TensorFlow's libraries in ${source.kind === 'folder' ? source.libraries : ''}`,
  };
  return [
    state === 'absent'
      ? `install ${TFJS_NODE} ${TFJS_NODE_VERSION} without its install script, from npm`
      : `copy the installed ${TFJS_NODE}, and get ${HEADERS} from npm`,
    ...(source.kind === 'download' ? [`download TensorFlow ${WHEEL_VERSION} from PyPI (${WHEEL_MB} MB)`] : []),
    from[source.kind],
    `build the addon with ${compiler}`,
    'prove it in a process of its own, against the numbers of WebAssembly',
    `put it in place: ${target}`,
  ];
}

/** Where tfjs-node is installed, or would be. */
function findPlace(): Place {
  const resolver = createRequire(__filename);
  try {
    const target = dirname(resolver.resolve(`${TFJS_NODE}/package.json`));
    return { nodeModules: resolve(target, '..', '..'), target };
  } catch {
    const nodeModules = resolver.resolve
      .paths(TFJS_NODE)
      ?.find((folder) => existsSync(join(folder, '@tensorflow', 'tfjs-core')));
    if (nodeModules) return { nodeModules, target: join(nodeModules, TFJS_NODE) };
    throw new FacemarkError(
      'native',
      'there is no node_modules folder with @tensorflow/tfjs-core above facemark (Yarn Plug’n’Play?); expected packages installed in folders.',
    );
  }
}

function refuseElsewhere(): void {
  const { platform, arch } = process;
  const libc = libcOf();
  if (platform === 'linux' && arch === 'x64' && libc.startsWith('glibc')) return;
  throw new FacemarkError(
    'native',
    `facemark native ${version} was built and tried on Linux x64 with glibc; this is ${platform} ${arch}${libc ? ` with ${libc}` : ''}, where it was not tried. ` +
      `What would be needed: TensorFlow's C library for this platform and a build of tfjs-node's addon against it, as docs/backends.md describes. WebAssembly works here without it.`,
  );
}

async function requireNpm(): Promise<void> {
  if ((await answerOf('npm', ['--version'])) === undefined)
    throw new FacemarkError(
      'native',
      'npm is not on the PATH; it gets the packages without their install scripts: install it beside Node.',
    );
}

async function requireSpace(folder: string, gigabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes)
    throw new FacemarkError(
      'native',
      `${folder} has ${free.toFixed(1)} GB of free disk space; expected ${gigabytes} GB on the way: free some, or bring an unpacked TensorFlow, which is only linked (--tensorflow <folder>).`,
    );
}
