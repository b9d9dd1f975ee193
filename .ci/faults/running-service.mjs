/** A service as a process of its own, and what can be seen of it from outside. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Runs `facemark serve` around something; it must say nothing about bugs, and end well.
 *
 * @param use is given the child, its pid and port, and a promise of its exit code and signal
 */
export async function withService(folder, args, use) {
  const command = ['dist/cli/main.js', 'serve', folder, '--port', '0', '--backend', 'wasm', '--workers', '2'];
  const child = spawn(process.execPath, [...command, '--log-level', 'error', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  const [said] = await once(createInterface(child.stderr), 'line');
  await use({ child, exited, pid: child.pid, port: Number(/:(\d+) /.exec(said)[1]) });
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null], 'the end of the service');
  assert.equal(log, '', 'the log of errors');
  process.off('exit', stop);
}

/** Processes that it has started and that live. */
export function childrenOf(pid) {
  const lines = execFileSync('ps', ['-o', 'pid=,ppid=,stat=', '-A'], { encoding: 'utf8' }).trim().split('\n');
  const all = lines.map((line) => line.trim().split(/\s+/));
  return all
    .filter(([, parent, state]) => Number(parent) === pid && !state.startsWith('Z'))
    .map(([child]) => Number(child));
}

/** Memory of a process. */
export function mibOf(pid) {
  return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024);
}
