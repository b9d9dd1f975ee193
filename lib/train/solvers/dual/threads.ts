/**
 * The threads of a descent and their common memory, seen from the main thread, which never computes and never waits: it is told of
 * events, answers, and goes on with the host's work meanwhile.
 */

import { Worker } from 'node:worker_threads';
import type { WasmModule } from '../../../backend/kernels/wasm-module';
import { FacemarkError, messageOf } from '../../../errors';
import { compiled } from '../../../files';
import type { WorkerData } from './worker';

const WORKER = compiled('train/solvers/dual/worker.js');
const PAGE = 65536; // bytes of a page of WebAssembly

/** Addresses of the words by which the threads are talked with; exported by the module. */
export interface Words {
  readonly EVENT: number;
  readonly ANSWER: number;
  readonly VERDICT: number;
  readonly DONE: number;
}

/** Shared memory of a size, or the reason why there is none. */
export function allocate(bytes: number): WebAssembly.Memory | string {
  const pages = Math.ceil(bytes / PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (thrown) {
    return `${(bytes / 2 ** 30).toFixed(2)} GiB of shared memory are refused (${messageOf(thrown)})`;
  }
}

export class Threads {
  private readonly words: Int32Array<ArrayBufferLike>;
  private readonly workers: Worker[] = [];
  private seen = 0;
  private failure: FacemarkError | undefined;
  private isOver = false;
  /** Ends the wait for an event. */
  private wake: () => void = () => undefined;

  private constructor(
    memory: WebAssembly.Memory,
    private readonly at: Words,
  ) {
    this.words = new Int32Array(memory.buffer);
  }

  /** Starts threads, all of them or, with the reason, none. */
  static async start(
    { module }: WasmModule,
    memory: WebAssembly.Memory,
    at: Words,
    threads: number,
  ): Promise<Threads | string> {
    const started = new Threads(memory, at);
    try {
      for (let thread = 0; thread < threads; thread++) started.add({ module, memory, thread, threads });
      return started;
    } catch (thrown) {
      await started.end();
      return `a thread cannot be started (${messageOf(thrown)})`;
    }
  }

  private add(workerData: WorkerData): void {
    const worker = new Worker(WORKER, { workerData, execArgv: [], name: `facemark dual ${workerData.thread}` });
    this.workers.push(worker);
    worker.on('error', (error) => this.fail(`failed: ${messageOf(error)}`));
    worker.on('exit', (code) => {
      const hasDoneAll = Atomics.load(this.words, this.at.DONE / 4) > 0;
      if (code !== 0 || !hasDoneAll) this.fail(`ended before the descent, with exit code ${code}`);
    });
  }

  private fail(how: string): void {
    if (this.isOver) return;
    const advice = 'Try again, or use the solver dual-ops.';
    this.failure ??= new FacemarkError('backend', `a thread of the solver dual ${how}. ${advice}`);
    this.wake();
  }

  /** Answers the threads: they go on. */
  answer(verdict: number): void {
    Atomics.store(this.words, this.at.VERDICT / 4, verdict);
    Atomics.add(this.words, this.at.ANSWER / 4, 1);
    Atomics.notify(this.words, this.at.ANSWER / 4);
  }

  /**
   * The next event.
   *
   * @param signal ends the wait
   * @returns false when the signal came first
   * @throws FacemarkError `backend` when a thread has died
   */
  async event(signal?: AbortSignal): Promise<boolean> {
    const word = this.at.EVENT / 4;
    const wake = () => this.wake();
    signal?.addEventListener('abort', wake);
    try {
      while (Atomics.load(this.words, word) === this.seen) {
        if (this.failure) throw this.failure;
        if (signal?.aborted) return false;
        const { async, value } = Atomics.waitAsync(this.words, word, this.seen);
        if (async)
          await new Promise<void>((resolve) => {
            this.wake = resolve;
            void value.then(() => resolve());
          });
      }
    } finally {
      signal?.removeEventListener('abort', wake);
    }
    this.seen++;
    return true;
  }

  /** Ends all threads, whatever they are at. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
