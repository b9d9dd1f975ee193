/**
 * Which engine computes: `tensorflow` (tfjs-node, where it loads) → `wasm` → `cpu`, or the one that is asked for.
 *
 * tfjs makes no tensor before an engine has started, and WASM starts asynchronously. So what is synchronous (`prepare`,
 * `buildModel`) works on the plain `cpu` engine, where a tensor is just its typed array, and whatever runs a network awaits
 * `useBackend()` first; tensors move over by themselves. An engine that the host has started is kept.
 */

import { FacemarkError, messageOf } from '../errors';
import { checkOneOf } from '../options';
import { assertOneTfjs } from './copies';
import { installKernels, type KernelsState } from './kernels/install';
import { installTensorFlowKernels } from './kernels/tensorflow';
import { loadCpuBackend, loadWasmBackend, tf, tfjsVersion } from './tf';
import { startTensorFlow, tfjsNodeState } from './tfjs-node';
import { withoutGlueHandlers } from './wasm-glue';

/** The engines, best first. */
export const BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface Backend {
  /** tfjs's name of the engine that computes; one of BACKENDS unless the host brought its own. */
  readonly name: string;
  /** Why this one, in one plain line for people. */
  readonly why: string;
  /** Version of the tfjs-core it computes for. */
  readonly tfjs: string;
  /** With `wasm`: which of facemark's kernels compute, or why tfjs's own do. */
  readonly kernels: KernelsState | undefined;
}

/** The engine that facemark itself set; undefined while it has set none or has only stepped in with `cpu`. */
let chosen: Backend | undefined;
/** True while `cpu` is current only because something synchronous needed tensors. */
let steppedIn = false;
/** The choice in progress: callers at the same time share it. */
let choosing: Promise<Backend> | undefined;

/**
 * Starts the engine and says which it is; called by everything that runs a network, and by hosts that want another than the
 * best. Later calls without a name keep what an earlier one chose.
 *
 * @param name the engine to force; without it the environment's `FACEMARK_BACKEND`, else the best that works
 * @throws FacemarkError `backend` when a forced engine does not start, `bad-option` for an unknown name
 */
export async function useBackend(name?: BackendName): Promise<Backend> {
  if (name !== undefined) checkOneOf('the backend', name, BACKENDS);
  while (choosing) await choosing.catch(() => undefined);
  choosing = choose(name);
  try {
    return await choosing;
  } finally {
    choosing = undefined;
  }
}

/**
 * Which engine a fresh process would start, without starting it here: for whoever starts processes and threads.
 *
 * @param name the engine to force, as with `useBackend`
 * @throws FacemarkError `bad-option` for an unknown name
 */
export async function expectedBackend(name?: BackendName): Promise<BackendName> {
  if (name !== undefined) checkOneOf('the backend', name, BACKENDS);
  const forced = name ?? fromEnvironment();
  return forced ?? ((await tfjsNodeState()).state === 'works' ? 'tensorflow' : 'wasm');
}

/**
 * Whether an engine computes in this process already, or is what would be chosen for it: then it may be started here without anybody being worse off.
 */
export async function suits(name: BackendName): Promise<boolean> {
  if (choosing || !isOneTfjs()) return false;
  if (isCurrent(name)) return true;
  return (current() === undefined || steppedIn) && (await expectedBackend()) === name;
}

function isOneTfjs(): boolean {
  try {
    assertOneTfjs();
    return true;
  } catch {
    return false;
  }
}

/** Whether this engine computes here now, whoever has started it. */
export function isCurrent(name: BackendName): boolean {
  return current() === name;
}

/**
 * Makes sure that tensors can be made right now; starts the plain `cpu` engine where none has been started.
 *
 * @throws FacemarkError `backend` when the process holds two copies of tfjs-core
 */
export function readyForTensors(): void {
  assertOneTfjs();
  if (current() !== undefined) return;
  loadCpuBackend();
  tf.setBackend('cpu');
  steppedIn = true;
}

async function choose(name: BackendName | undefined): Promise<Backend> {
  assertOneTfjs();
  const engine = current();
  if (name === undefined && engine !== undefined && !(steppedIn && engine === 'cpu')) {
    if (chosen?.name !== engine) chosen = backend(engine, `${engine}: the host had started it`);
    return chosen;
  }
  const forced = name ?? fromEnvironment();
  chosen = forced ? await force(forced, name ? 'asked for' : 'FACEMARK_BACKEND') : await best();
  steppedIn = false;
  return chosen;
}

function backend(name: string, why: string): Backend {
  const kernels = name === 'wasm' ? installKernels() : undefined;
  if (name === 'tensorflow') installTensorFlowKernels();
  const slow =
    kernels && 'whyNot' in kernels ? ` with tfjs's own kernels, because facemark's do not fit: ${kernels.whyNot}` : '';
  return { name, why: why + slow, tfjs: tfjsVersion, kernels };
}

/** Name of the engine that has been started, if one has. */
function current(): string | undefined {
  return tf.engine().backendName || undefined;
}

function fromEnvironment(): BackendName | undefined {
  const name = process.env.FACEMARK_BACKEND?.trim();
  if (!name || name === 'auto') return undefined;
  checkOneOf('FACEMARK_BACKEND', name as BackendName, BACKENDS);
  return name as BackendName;
}

async function force(name: BackendName, by: string): Promise<Backend> {
  const before = current();
  const whyNot = await start[name]();
  if (whyNot === undefined) return backend(name, `${name}: ${by}`);
  if (before !== undefined) await tf.setBackend(before);
  throw new FacemarkError(
    'backend',
    `the backend ${name} (${by}) does not start: ${whyNot}. Leave the choice to facemark, or ask for ${BACKENDS.filter((other) => other !== name).join(' or ')}.`,
  );
}

async function best(): Promise<Backend> {
  const misses: string[] = [];
  for (const name of BACKENDS) {
    const whyNot = await start[name]();
    if (whyNot === undefined) return backend(name, misses.length ? `${name} (${misses.join('; ')})` : name);
    misses.push(`no ${name}: ${whyNot}`);
  }
  throw new FacemarkError('backend', `no backend starts: ${misses.join('; ')}. Reinstall facemark with npm.`);
}

/** How each engine is started: undefined when it is current and works, else why not. */
const start: Record<BackendName, () => Promise<string | undefined>> = {
  tensorflow: startTensorFlow,
  wasm: async () => {
    try {
      loadWasmBackend();
      return (await withoutGlueHandlers(() => tf.setBackend('wasm'))) ? undefined : 'WebAssembly does not start here';
    } catch (thrown) {
      return messageOf(thrown);
    }
  },
  cpu: async () => {
    loadCpuBackend();
    return (await tf.setBackend('cpu')) ? undefined : 'it does not start';
  },
};
