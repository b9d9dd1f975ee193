/** A thread of the descent: runs the module over the common memory until it is done. `threads.ts` starts it. */

import { workerData } from 'node:worker_threads';

export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Which thread, of how many. */
  readonly thread: number;
  readonly threads: number;
}

start(workerData as WorkerData);

function start({ module, memory, thread, threads }: WorkerData): void {
  const words = new Int32Array(memory.buffer);
  const wait = (address: number, value: number): void => void Atomics.wait(words, address >> 2, value);
  const { run } = new WebAssembly.Instance(module, { env: { memory }, 'threads.as': { wait } }).exports;
  (run as (thread: number, threads: number) => void)(thread, threads);
}
