/** Other processes of this machine: whether they run, and questions to a child, which a crash must not take along. */

import { execFile } from 'node:child_process';

/**
 * Whether a process that left its number behind is still at work; our own number is that of one that is gone: in a container every
 * process is number 1.
 */
export function isStillRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What a child answered, or how it ended without an answer. */
export type Asked<T> =
  | { readonly answer: T }
  | {
      /** It was killed because its time was over. */
      readonly isLate: boolean;
      /** Signal or exit code that it ended with; a text such as `EAGAIN` where it could not be started. */
      readonly signal: string | undefined;
      readonly code: number | string;
      /** Last line that it wrote on standard error, shortened; empty when there was none. */
      readonly lastLine: string;
    };

export interface AskOptions {
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a file of Node's in a child process, which answers with `answerAndExit`. */
export function askChild<T>(
  file: string,
  args: readonly string[],
  { timeoutMs, env = process.env, signal }: AskOptions,
): Promise<Asked<T>> {
  const options = {
    env: { ...env, NODE_OPTIONS: withoutInspector(env.NODE_OPTIONS), ELECTRON_RUN_AS_NODE: '1' },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
    ...(signal && { signal }),
  } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      const line = ANSWER.exec(stdout)?.[1];
      if (line) return resolve({ answer: JSON.parse(line) as T });
      const lastLine = stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
      resolve({ isLate: error?.killed ?? false, signal: error?.signal, code: error?.code ?? 0, lastLine });
    });
  });
}

const ANSWER = /^facemark: (.*)$/m;

/** Answers the process that asked, and ends this one, whatever a library keeps running in it. */
export function answerAndExit(answer: unknown): void {
  process.stdout.write(`\nfacemark: ${JSON.stringify(answer)}\n`, () => process.exit(0));
}

/** A debugger of the host's is not for the child, which would wait for its port. */
function withoutInspector(options = ''): string {
  return options.replace(/--inspect\S*/g, '');
}
