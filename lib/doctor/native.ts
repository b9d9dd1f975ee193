/**
 * `facemark native`: makes @tensorflow/tfjs-node work in this project. Everything is put together in a folder beside the installed
 * packages and proved there in a child process; only then it takes its place, by a rename. Killed at any point, the project is as before.
 *
 *     package without its install script (npm) → TensorFlow's libraries and headers (PyPI's wheel) → addon (C++) → proof → in place
 */

import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type TfjsNodeState, tfjsNodeState } from '../backend/tfjs-node';
import { FacemarkError, messageOf } from '../errors';
import { buildAddon, findCompiler } from './build-addon';
import { folderBytes } from './folder-bytes';
import { difference, type Measured, measureBackend } from './measure';
import { findPlace, type Place, refuseElsewhere, requireNpm, requireSpace } from './native-needs';
import { HEADERS, stagePackage, TFJS_NODE, tfjsNodeVersion } from './stage-package';
import { openStaging, tidyUp } from './staging';
import {
  downloadWheel,
  findTensorFlow,
  type TensorFlowSource,
  takeLibraries,
  WHEEL_MB,
  WHEEL_VERSION,
} from './tensorflow-source';

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
    await stagePackage(staging.folder, nodeModules, state.state === 'absent' ? undefined : target, signal);
    if (source.kind === 'download') next();
    const taken =
      source.kind === 'download'
        ? {
            kind: 'wheel' as const,
            python: source.python,
            path: await watched(scratch, onEvent, downloadWheel(source.python, { scratch, signal })),
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
      ? `install ${TFJS_NODE} ${tfjsNodeVersion()} without its install script, from npm`
      : `copy the installed ${TFJS_NODE}, and get ${HEADERS} from npm`,
    ...(source.kind === 'download' ? [`download TensorFlow ${WHEEL_VERSION} from PyPI (${WHEEL_MB} MB)`] : []),
    from[source.kind],
    `build the addon with ${compiler}`,
    'prove it in a process of its own, against the numbers of WebAssembly',
    `put it in place: ${target}`,
  ];
}
