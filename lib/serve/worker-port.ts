/** The worker's end of the line, whether it is a thread or a process. */

import { parentPort } from 'node:worker_threads';
import { collectLessOften } from './collect-less';

export interface WorkerPort<In, Out> {
  post(message: Out): void;
  listen(onMessage: (message: In) => void): void;
}

/**
 * Opens the line to whoever started this worker. A process leaves Ctrl-C and SIGTERM, which a terminal sends to all of a group, to
 * the one that started it, and ends when that one is gone.
 */
export function openPort<In, Out>(): WorkerPort<In, Out> {
  if (parentPort) {
    const port = parentPort;
    return { post: (message) => port.postMessage(message), listen: (onMessage) => void port.on('message', onMessage) };
  }
  collectLessOften();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);
  process.on('disconnect', () => process.exit(0));
  return {
    post: (message) => void process.send?.(message, () => undefined),
    listen: (onMessage) => void process.on('message', onMessage as (message: unknown) => void),
  };
}
