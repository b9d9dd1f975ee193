/**
 * One subject, ours or a peer, in a process of its own.
 *
 * A subject is `{ label, command, args, threads, env, limitMs }`. It prints one line of JSON at the end:
 *
 *     { seconds, result, maxRssMiB, versions, how }    seconds: the measured part; how: in words, such as "dual form, wasm"
 *     { …, trainingMiB }                               where it measures what a training takes beside its data and network
 *     { absent }                                       why it cannot run on this machine
 *
 * A subject that prints other words (`facemark --help`) has an `answer` that makes the object of them. `wallSeconds`, from spawn to exit,
 * is measured here.
 */

import { spawn } from 'node:child_process';

const LIMIT_MS = 20 * 60_000; // ends a subject that hangs, unless it has a `limitMs` of its own; the slowest peer takes two minutes

/**
 * Runs a subject once.
 *
 * @returns what it printed, with `wallSeconds`
 * @throws Error when it fails, with the end of what it said
 */
export function runSubject({ label, command, args, threads, env, limitMs = LIMIT_MS, answer = lastLine }) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, {
      env: { ...environment(threads), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.timeout(limitMs), // a timer that keeps nobody waiting, as `timeout` would after ENOENT
    });
    const end = () => child.kill();
    process.once('exit', end); // a harness that ends leaves nobody at work
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
    let wallSeconds;
    child.on('exit', () => {
      wallSeconds = (performance.now() - started) / 1000;
    });
    child.on('error', ({ code, message }) =>
      code === 'ENOENT' ? resolve({ absent: `there is no ${command}` }) : reject(new Error(`${label}: ${message}`)),
    );
    child.on('close', (code, signal) => {
      process.off('exit', end);
      if (wallSeconds === undefined) return; // it never started
      if (code !== 0) return reject(new Error(lastWords(label, code ?? signal, stderr())));
      try {
        resolve({ ...answer(stdout()), wallSeconds });
      } catch {
        reject(new Error(`${label} printed no line of JSON at the end: ${stdout().trim().slice(-200)}`));
      }
    });
  });
}

/** The same number of threads for everybody, and OpenBLAS as it comes: a machine may pin it to an older, slower processor. */
function environment(threads) {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, NODE_OPTIONS: ___, ...env } = process.env;
  const counts = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'POLARS_MAX_THREADS'];
  const tensorFlow = ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'];
  return {
    ...env,
    ...Object.fromEntries([...counts, ...tensorFlow].map((name) => [name, String(threads)])),
    TF_CPP_MIN_LOG_LEVEL: '3',
    FACEMARK_BACKEND: 'wasm',
  };
}

function gather(stream) {
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** One line for the table, then the end of what it said. */
function lastWords(label, code, stderr) {
  const lines = stderr.trim().split('\n');
  const error = lines.findLast((line) => /^\w*(Error|Exception|Exit)\b/.test(line)) ?? lines.at(-1);
  return `${label} ended with ${code}: ${error}\n${lines.slice(-30).join('\n')}`;
}

function lastLine(stdout) {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1));
}
