/** A program that goes on until it is told to stop: started, heard and ended. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Started {
  readonly process: ChildProcessWithoutNullStreams;
  /** What it has printed so far, on standard output and standard error. */
  printed(): string;
  /** Resolves with the match as soon as it has printed the pattern; rejects when it ends without it. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and resolves with the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `node …args` and passes it to `use`; it is dead when this resolves. */
export async function withStarted<T>(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  use: (started: Started) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  const ended = once(child, 'close') as Promise<[number | null]>;
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  async function prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(text);
      if (match) return match;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended without ${pattern}:\n${text}`);
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended]);
    }
  }
  try {
    return await use({
      process: child,
      printed: () => text,
      prints,
      stop: async (signal) => {
        child.kill(signal);
        return (await ended)[0];
      },
    });
  } finally {
    child.kill('SIGKILL');
  }
}
