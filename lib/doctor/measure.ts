/** One backend, or the solver that needs none, measured in a child process. */

import type { BackendName } from '../backend/choose';
import type { KernelsState } from '../backend/kernels/install';
import type { Variant } from '../backend/kernels/wasm-module';
import { compiled } from '../files';
import { askChild } from '../processes';

const CHILD = compiled('doctor/measure-child.js');
const TIMEOUT_MS = 120_000;

export type Measured =
  | {
      readonly works: true;
      /** Of the TensorFlow behind it, if it is one. */
      readonly version?: string | undefined;
      /** Speed of a matrix product. */
      readonly gflops: number;
      /** Milliseconds of one iteration of the tutorial in the dual form, in this backend's ops. */
      readonly iterationMs: number;
      /** Of wasm: which of facemark's kernels compute, or why tfjs's own do. */
      readonly kernels?: KernelsState | undefined;
      /** Results of a product and of a training step, by which engines are compared. */
      readonly numbers: readonly number[];
    }
  | { readonly works: false; readonly whyNot: string };

/** The solver `dual`, which computes on threads of its own. */
export type MeasuredThreads =
  | { readonly works: true; readonly threads: number; readonly simd: Variant; readonly iterationMs: number }
  | { readonly works: false; readonly whyNot: string };

/** Runs the solver `dual` in a child process and measures it there. */
export async function measureThreads(): Promise<MeasuredThreads> {
  return answerOfChild<MeasuredThreads>('threads', {});
}

/**
 * Starts a backend in a child process, measures it there, and reports a crash instead of suffering it.
 *
 * @param options.tfjsNode folder of the tfjs-node to load, where it is not the installed one
 */
export async function measureBackend(
  name: BackendName,
  { tfjsNode, signal }: { readonly tfjsNode?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<Measured> {
  return answerOfChild<Measured>(name, tfjsNode ? { FACEMARK_TFJS_NODE: tfjsNode } : {}, signal);
}

async function answerOfChild<T>(
  what: BackendName | 'threads',
  env: Record<string, string>,
  signal?: AbortSignal,
): Promise<T | { works: false; whyNot: string }> {
  const { FACEMARK_BACKEND: _, ...rest } = process.env;
  const asked = await askChild<T>(CHILD, [what], { timeoutMs: TIMEOUT_MS, env: { ...rest, ...env }, signal });
  if ('answer' in asked) return asked.answer;
  const how = asked.isLate ? `did not answer in ${TIMEOUT_MS / 1000} s` : `ended with ${asked.signal ?? asked.code}`;
  return { works: false, whyNot: `the process that tried it ${how}${asked.lastLine && `: ${asked.lastLine}`}` };
}

/** The largest difference of two engines' numbers, relative to the larger of each pair and 1. */
export function difference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number)) / Math.max(1, Math.abs(value))));
}
