/**
 * The threads of a descent and their common memory, seen from the main thread, which never computes and never waits: it is told of
 * events, answers, and goes on with the host's work meanwhile.
 */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WasmModule } from '../../../backend/kernels/wasm-module';
import { FacemarkError, messageOf } from '../../../errors';
import type { WorkerData } from './worker';

/** Compiled, also when this file runs as TypeScript: lib/ and dist/ stand side by side. */
const WORKER = join(__dirname, '..', '..', '..', '..', 'dist', 'train', 'solvers', 'dual', 'worker.js');
const PAGE = 65536; // bytes of a page of WebAssembly

/** Addresses of the words by which the threads are talked with; exported by the module. */
export interface Words {
  readonly EVENT: number;
  readonly ANSWER: number;
  readonly VERDICT: number;
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
  private readonly workers: Worker[];
  private readonly words: Int32Array<ArrayBufferLike>;
  private seen = 0;
  private readonly failure: Promise<never>;
  private isDone = false;

  constructor(
    { module }: WasmModule,
    memory: WebAssembly.Memory,
    private readonly at: Words,
    threads: number,
  ) {
    this.words = new Int32Array(memory.buffer);
    this.workers = Array.from({ length: threads }, (_, thread) => {
      const workerData: WorkerData = { module, memory, thread, threads };
      return new Worker(WORKER, { workerData, execArgv: [], name: `facemark dual ${thread}` });
    });
    this.failure = new Promise((_, reject) => {
      const fail = (how: string) => {
        if (!this.isDone)
          reject(
            new FacemarkError('backend', `a thread of the solver dual ${how}. Try again, or use the solver dual-ops.`),
          );
      };
      for (const worker of this.workers) {
        worker.on('error', (error) => fail(`failed: ${messageOf(error)}`));
        worker.on('exit', (code) => code !== 0 && fail(`ended before the descent, with exit code ${code}`)); // 0: it has done all
      }
    });
    this.failure.catch(() => undefined); // nobody may be listening at that moment
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
   * @throws FacemarkError `backend` when a thread has died
   */
  async event(): Promise<void> {
    const { EVENT } = this.at;
    while (Atomics.load(this.words, EVENT / 4) === this.seen) {
      const { async, value } = Atomics.waitAsync(this.words, EVENT / 4, this.seen);
      if (async) await Promise.race([value, this.failure]);
    }
    this.seen++;
  }

  /** Ends all threads, whatever they are at. */
  async end(): Promise<void> {
    this.isDone = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
