/**
 * tfjs-node is native code and may end the process that loads it: a processor without AVX, libraries that do not fit, another copy of
 * what it brings. So it is loaded in a child process first, and what came of that is remembered beside the installed packages, in
 * node_modules/.cache, for this addon, this Node and this processor: a machine on which it works pays once.
 *
 * While the process itself loads it, that is remembered too. Who finds such an entry of a process that is gone knows that it crashed.
 */

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { compiled, sha256 } from '../files';
import { askChild, isStillRunning } from '../processes';
import type { TfjsNodePackage } from './tfjs-node-package';

const CHILD = compiled('backend/probe-child.js');
const PROBE_TIMEOUT_MS = 60_000; // a cold disk reads 800 MB of TensorFlow

export type ProbeOutcome =
  | { readonly outcome: 'works' }
  /** It was loaded and threw. */
  | { readonly outcome: 'fails'; readonly message: string }
  /** It ended the process, or never came back. */
  | { readonly outcome: 'crashes'; readonly how: string; readonly at: string };

type Memory = ProbeOutcome | { readonly outcome: 'loading'; readonly pid: number; readonly at: string };

/**
 * What loading the package does to a process.
 *
 * @param options.afresh whether to ask again even if it is remembered
 */
export async function probe(found: TfjsNodePackage, { afresh = false } = {}): Promise<ProbeOutcome> {
  const remembered = afresh ? undefined : recall(found);
  if (remembered?.outcome === 'works' || remembered?.outcome === 'crashes') return remembered;
  if (remembered?.outcome === 'loading' && (isStillRunning(remembered.pid) || isOurs(remembered)))
    return { outcome: 'works' }; // another process is at it, or another thread of this one
  if (remembered?.outcome === 'loading')
    return remember(found, { outcome: 'crashes', how: 'ended the process that loaded it', at: remembered.at });
  return remember(found, await ask(found));
}

/** Set in a process that may crash or be ended at any time, since who started it hears of it and goes on. */
export const EXPENDABLE = 'FACEMARK_EXPENDABLE';

/** Runs what loads the package in this process, so that a crash is known to the next one. */
export async function loadingRemembered<T>(found: TfjsNodePackage, load: () => Promise<T>): Promise<T> {
  if (process.env[EXPENDABLE]) return load();
  remember(found, { outcome: 'loading', pid: process.pid, at: now() });
  try {
    return await load();
  } finally {
    remember(found, { outcome: 'works' });
  }
}

async function ask({ folder }: TfjsNodePackage): Promise<ProbeOutcome> {
  if (!existsSync(CHILD)) return { outcome: 'works' }; // facemark is inside of a bundle: nothing to ask with
  const asked = await askChild<ProbeOutcome>(CHILD, [folder], { timeoutMs: PROBE_TIMEOUT_MS });
  if ('answer' in asked) return asked.answer;
  const { isLate, signal, code, lastLine } = asked;
  if (typeof code === 'string') return { outcome: 'works' }; // no child can be made here (EAGAIN …): nothing to ask with
  const at = now();
  if (isLate) return { outcome: 'crashes', how: `did not come back in ${PROBE_TIMEOUT_MS / 1000} s`, at };
  if (signal) return { outcome: 'crashes', how: `ended the process with ${signal}`, at };
  return { outcome: 'crashes', how: `ended the process with exit code ${code}${lastLine && `: ${lastLine}`}`, at };
}

function recall(found: TfjsNodePackage): Memory | undefined {
  try {
    return JSON.parse(readFileSync(memoryOf(found), 'utf8')) as Memory;
  } catch {
    return undefined;
  }
}

/** Failures are not remembered: they are cheap to ask for, and may end when a library is installed. */
function remember<M extends Memory>(found: TfjsNodePackage, memory: M): M {
  if (memory.outcome === 'fails') return memory;
  const path = memoryOf(found);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(memory));
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    // where nothing can be written, every process asks anew
  }
  return memory;
}

/** node_modules/.cache/facemark/tfjs-node-HASH.json; the hash is that of all that has a say in the outcome. */
function memoryOf({ folder, addon, version }: TfjsNodePackage): string {
  const { size, mtimeMs } = statSync(addon);
  const machine = [process.version, process.arch, process.platform, cpus()[0]?.model, process.env.LD_LIBRARY_PATH];
  const key = sha256(Buffer.from(JSON.stringify([addon, version, size, mtimeMs, ...machine]))).slice(0, 12);
  return join(folder, '..', '..', '.cache', 'facemark', `tfjs-node-${key}.json`);
}

/** Whether an entry with our own number is of this process, and not of an earlier one in a container, where all have the same. */
function isOurs({ pid, at }: { readonly pid: number; readonly at: string }): boolean {
  return pid === process.pid && Date.parse(at) >= Date.now() - process.uptime() * 1000;
}

function now(): string {
  return new Date().toISOString();
}
