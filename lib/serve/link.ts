/**
 * A worker and the line to it: a thread of this process, or a process of its own. Whoever holds the line sees no difference, but a
 * thread is cheaper, and a process takes nobody along when native code crashes in it.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { BackendName } from '../backend/choose';
import { EXPENDABLE } from '../backend/probe';
import { messageOf } from '../errors';

/** What a worker can be. */
export const ISOLATIONS = ['thread', 'process'] as const;
export type Isolation = (typeof ISOLATIONS)[number];

/**
 * What suits an engine: TensorFlow's native code may end the process that it is in. (tfjs-node itself can be loaded in several threads since
 * 4.22: it keeps its state for each; docs/serving.md has the measurements.)
 */
export function isolationOf(backend: BackendName): Isolation {
  return backend === 'tensorflow' ? 'process' : 'thread';
}

/** What the worker does is heard here; nothing comes after `onEnd`. */
export interface LinkEvents<Message> {
  onMessage(message: Message): void;
  /** @param how such as `ended with exit code 1`, the rest of a sentence about the worker */
  onEnd(how: string): void;
}

export interface Link {
  /** Number of the process, where it is one. */
  readonly pid: number | undefined;
  /** Sends a copy of plain data and typed arrays. */
  post(message: unknown): void;
  /** Whether the worker keeps this process alive. */
  hold(isHeld: boolean): void;
  /** Ends the worker, whatever it is at; resolves when it is gone. */
  end(): Promise<void>;
}

export interface LinkOptions {
  /** For the list of threads or processes. */
  readonly name: string;
  /** Most memory of its JavaScript objects; bytes of pictures and weights lie outside of it. Node's own limit without it. */
  readonly heapMb?: number;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a worker on a compiled file. */
export function openLink<Message>(
  file: string,
  isolation: Isolation,
  options: LinkOptions,
  events: LinkEvents<Message>,
): Link {
  return isolation === 'thread' ? openThread(file, options, events) : openProcess(file, options, events);
}

function openThread<Message>(file: string, { name, heapMb, env }: LinkOptions, events: LinkEvents<Message>): Link {
  const worker = new Worker(file, {
    ...{ name, execArgv: [], env: { ...process.env, ...env } },
    ...(heapMb && { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
  });
  let failure: string | undefined;
  worker.on('message', (message: Message) => events.onMessage(message));
  worker.on('error', (error) => {
    failure = `failed: ${messageOf(error)}`;
  });
  worker.on('exit', (code) => events.onEnd(failure ?? `ended with exit code ${code}`));
  return {
    pid: undefined,
    post: (message) => worker.postMessage(message),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    end: async () => void (await worker.terminate()),
  };
}

function openProcess<Message>(file: string, { name, heapMb, env }: LinkOptions, events: LinkEvents<Message>): Link {
  const child = fork(file, [name], {
    serialization: 'advanced', // typed arrays stay what they are
    execArgv: heapMb ? [`--max-old-space-size=${heapMb}`] : [],
    env: { ...process.env, NODE_OPTIONS: '', [EXPENDABLE]: '1', ...env },
    stdio: ['ignore', 2, 2, 'ipc'], // standard output belongs to the host
  });
  const gone = new Promise<void>((resolve) => {
    let isOver = false;
    const over = (how: string): void => {
      if (isOver) return;
      isOver = true;
      events.onEnd(how);
      resolve();
    };
    child.on('error', (error) => child.pid === undefined && over(`cannot be started: ${messageOf(error)}`));
    child.on('exit', (code, signal) => over(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
  });
  child.on('message', (message) => events.onMessage(message as Message));
  return {
    pid: child.pid,
    post: (message) => void (child.connected && child.send(message as object, () => undefined)), // its end is told by `exit`
    hold: (isHeld) => hold(child, isHeld),
    end: async () => {
      hold(child, true); // who waits for the end should live to see it
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function hold(child: ChildProcess, isHeld: boolean): void {
  const how = isHeld ? 'ref' : 'unref';
  child[how]();
  child.channel?.[how]();
}
