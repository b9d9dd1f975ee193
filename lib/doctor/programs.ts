/** Other programs: found on the PATH, run to their end, and what they say when they fail in one sentence. */

import { type ExecFileException, execFile } from 'node:child_process';
import { FacemarkError } from '../errors';

const OUTPUT_LIMIT = 64 * 2 ** 20; // bytes of output; a compiler can be talkative

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

interface Ended {
  readonly error: ExecFileException | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program and returns what it wrote on standard output.
 *
 * @param what it is run for, for the message: 'the compiler'
 * @throws FacemarkError `native` with the last line that it wrote; `aborted` when the signal came
 */
export async function runProgram(
  what: string,
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { error, stdout, stderr } = await run(program, args, options);
  if (options.signal?.aborted) throw new FacemarkError('aborted', 'stopped; nothing was changed.');
  if (!error) return stdout;
  const said = lastWords(stderr) ?? lastWords(stdout) ?? error.message;
  throw new FacemarkError('native', `${what} failed: ${said} (${[program, ...args].join(' ').slice(0, 300)})`);
}

/** What a program answers, or undefined where it is not there or fails: `answerOf('npm', ['--version'])`. */
export async function answerOf(
  program: string,
  args: readonly string[],
  options?: ProgramOptions,
): Promise<string | undefined> {
  const { error, stdout } = await run(program, args, { timeoutMs: 30_000, ...options });
  return error ? undefined : stdout.trim();
}

function run(
  program: string,
  args: readonly string[],
  { cwd, env, signal, timeoutMs }: ProgramOptions,
): Promise<Ended> {
  const options = {
    ...(cwd && { cwd }),
    ...(signal && { signal }),
    env: { ...process.env, ...env },
    timeout: timeoutMs ?? 0,
    maxBuffer: OUTPUT_LIMIT,
    windowsHide: true,
    shell: process.platform === 'win32', // npm is npm.cmd there
  };
  return new Promise((resolve) => {
    execFile(program, [...args], options, (error, stdout, stderr) =>
      resolve({ error, stdout: String(stdout), stderr: String(stderr) }),
    );
  });
}

/** The line that says most: an error, else the last one. */
function lastWords(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
}
